import { createHash } from "node:crypto";
import type { Received } from "../received.ts";
import { bodyOf, type Site, say } from "./site.ts";

/** A message that came to an incoming webhook. */
export interface SlackMessage {
  /** Tells webhooks apart. The address itself is a secret: whoever has it can post. */
  readonly webhook: string;
  readonly message: Record<string, unknown>;
}

/** Slack's incoming webhooks: every message is kept, and refused for the reasons Slack refuses one. */
export function slack(received: Received<SlackMessage>): Site {
  return {
    names: ["hooks.slack.com"],
    serve: async (request, response) => {
      const { method, url = "" } = request;
      if (!/^\/services\/[^/]+\/[^/]+\/[^/]+$/.test(url)) return say(response, 404, "no_service");
      if (method !== "POST") return say(response, 400, "invalid_payload");
      const message = payloadOf(await bodyOf(request));
      if (message === undefined) return say(response, 400, "invalid_payload");
      if (!("text" in message || "blocks" in message || "attachments" in message))
        return say(response, 400, "no_text");
      received.add({ webhook: createHash("sha256").update(url).digest("hex").slice(0, 12), message });
      say(response, 200, "ok");
    },
  };
}

/** A message as JSON, or in the form field that Slack also takes. */
function payloadOf(body: string): Record<string, unknown> | undefined {
  const text = body.startsWith("payload=") ? (new URLSearchParams(body).get("payload") ?? "") : body;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
