import assert from "node:assert/strict";
import type { Platform } from "./support.ts";
import { whileVisited } from "./while-visited.ts";

/** Where a service is visited. */
export interface Site {
  readonly name: string;
  /** Addresses that answer 200; with a body it is posted. */
  readonly asked: readonly { readonly url: string; readonly body?: string }[];
  readonly websocket?: string;
  /** Whose session opens the websocket, as a Cookie header. Where a service is behind the sign-on proxy. */
  readonly cookie?: string;
}

/** What became of the visits to one service. */
export interface Visited {
  answered: number;
  /** Messages that came back over websockets. */
  messages: number;
  /** How often a websocket was opened again because the service said that it goes away. */
  reopened: number;
  /** The longest that somebody waited for an answer. */
  longestMs: number;
  failed: string[];
  /** How many answers came from which release. */
  releases: Record<string, number>;
}

const domain = "insightpulseai.net";

/** Where the services that run on hosts are visited, by service. */
export const sites = {
  odoo: {
    name: "odoo",
    asked: [{ url: `https://erp.${domain}/web/health` }],
    websocket: `wss://erp.${domain}/websocket`,
  },
  mattermost: {
    name: "mattermost",
    asked: [
      { url: `https://chat.${domain}/api/v4/system/ping` },
      { url: `https://chat.${domain}/api/v4/posts`, body: "{}" },
    ],
    websocket: `wss://chat.${domain}/api/v4/websocket`,
  },
  n8n: {
    name: "n8n",
    asked: [
      { url: `https://n8n.${domain}/healthz` },
      { url: `https://n8n.${domain}/webhook/test`, body: "{}" },
    ],
    websocket: `wss://n8n.${domain}/rest/push`,
  },
  ocr: { name: "ocr", asked: [{ url: `https://ocr.${domain}/health` }] },
} satisfies Record<string, Site>;

/**
 * Visits services without a pause while some work is done. It begins once all of them have answered, and goes on for a
 * moment after the work.
 *
 * @returns what became of the visits, by service
 */
export function whileVisiting(
  platform: Platform,
  visited: readonly Site[],
  work: () => Promise<void>,
): Promise<Record<string, Visited>> {
  const words = [JSON.stringify(visited)];
  const visitors = { program: "visitors-child.ts", words, answered: "visited ", count: visited.length };
  return whileVisited(platform, visitors, work);
}

/** Fails when any visit failed. */
export function assertNoneFailed(visited: Readonly<Record<string, Visited>>): void {
  assert.deepEqual(
    Object.values(visited).flatMap(({ failed }) => failed),
    [],
  );
}
