import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Failure } from "../failure.ts";

const answerWithinMs = 30_000;
/** How often a question is asked again that the platform did not answer. */
const attempts = 4;
const askAgainAfterMs = 1500;
/** How often a deployment is looked at: far from the platform's 250 requests a minute. */
const lookEveryMs = 2000;

const reference = z.object({ id: z.string() });

const appSchema = z.object({
  active_deployment: reference.optional(),
  pinned_deployment: reference.optional(),
});

/** What was built for a component, or fetched for it. */
const builtSchema = z
  .array(
    z.object({
      name: z.string(),
      source_commit_hash: z.string().optional(),
      source_image_digest: z.string().optional(),
    }),
  )
  .optional();

const deploymentSchema = z.object({
  id: z.string(),
  phase: z.string(),
  /** When it was begun, such as 2026-11-26T02:15:00Z. */
  created_at: z.string().default(""),
  /** Why, in the platform's words. */
  cause: z.string().default(""),
  spec: z.unknown(),
  services: builtSchema,
  workers: builtSchema,
  jobs: builtSchema,
  static_sites: builtSchema,
  functions: builtSchema,
  /** The deployment that it repeats; empty where it is none of a way back. */
  cloned_from: z.string().default(""),
  progress: z
    .object({
      steps: z
        .array(
          z.object({ reason: z.object({ code: z.string(), message: z.string().optional() }).optional() }),
        )
        .optional(),
    })
    .optional(),
});

const condition = z.object({ code: z.string(), message: z.string().default("") });

const verdictSchema = z.object({
  valid: z.boolean(),
  error: condition.optional(),
  warnings: z.array(condition).default([]),
});

/** One deployment of an app. */
export type AppDeployment = z.output<typeof deploymentSchema>;

/** Whether an app can go back to a deployment, in the platform's words. */
export type RollbackVerdict = z.output<typeof verdictSchema>;

/**
 * Deployments of App Platform, and the way back to one of them.
 * https://docs.digitalocean.com/reference/api/digitalocean/#tag/Apps
 */
export class AppPlatform {
  readonly #address: string;
  readonly #token: string;

  constructor(variables: NodeJS.ProcessEnv = process.env) {
    const { DIGITALOCEAN_TOKEN: token, DIGITALOCEAN_API_URL: address = "https://api.digitalocean.com" } =
      variables;
    if (!token)
      throw new Failure(
        "DIGITALOCEAN_TOKEN is not set, and apps go back by the platform's own API",
        "export one that may write apps (DigitalOcean control panel, API, Tokens)",
      );
    this.#token = token;
    this.#address = address.replace(/\/$/, "");
  }

  /** What serves, and what a way back that has not been settled yet has pinned. */
  async app(id: string): Promise<{ readonly active: string | null; readonly pinned: string | null }> {
    const { app } = z.object({ app: appSchema }).parse(await this.#call("GET", id));
    return { active: app.active_deployment?.id ?? null, pinned: app.pinned_deployment?.id ?? null };
  }

  /** How an app is to run, in the platform's own words; secret variables come encrypted. */
  async specification(id: string): Promise<unknown> {
    const { app } = z.object({ app: z.object({ spec: z.unknown() }) }).parse(await this.#call("GET", id));
    return app.spec;
  }

  async deployment(app: string, id: string): Promise<AppDeployment> {
    const answer = await this.#call("GET", `${app}/deployments/${id}`);
    return z.object({ deployment: deploymentSchema }).parse(answer).deployment;
  }

  /** Whether the app can go back to a deployment. Changes nothing. */
  async mayRollBack(app: string, deployment: string): Promise<RollbackVerdict> {
    const order = { deployment_id: deployment, skip_pin: false };
    return verdictSchema.parse(await this.#call("POST", `${app}/rollback/validate`, order));
  }

  /** Begins to go back to a deployment by a new one that repeats it. The app is pinned to that until it is settled. */
  async rollBack(app: string, deployment: string): Promise<string> {
    const order = { deployment_id: deployment, skip_pin: false };
    const answer = await this.#call("POST", `${app}/rollback`, order);
    return z.object({ deployment: reference }).parse(answer).deployment.id;
  }

  /** Keeps what was gone back to: the app takes new deployments again. */
  async commitRollback(app: string): Promise<void> {
    await this.#call("POST", `${app}/rollback/commit`);
  }

  /** Gives up going back: what was meant to run before is deployed again. */
  async revertRollback(app: string): Promise<void> {
    await this.#call("POST", `${app}/rollback/revert`);
  }

  /**
   * Waits until a deployment serves.
   *
   * @param seconds for how long at most
   * @throws Failure with the platform's reason when it comes to nothing
   */
  async waitUntilActive(app: string, id: string, seconds: number): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const { phase, progress } = await this.deployment(app, id);
      if (phase === "ACTIVE") return;
      if (phase !== "SUPERSEDED" && phase !== "ERROR" && phase !== "CANCELED" && Date.now() < deadline) {
        await sleep(Math.min(lookEveryMs, Math.max(0, deadline - Date.now())));
        continue;
      }
      const reason = progress?.steps?.find(({ reason: one }) => one !== undefined)?.reason;
      const said = reason === undefined ? "" : `: ${reason.message ?? reason.code}`;
      throw new Failure(
        /ERROR|CANCELED|SUPERSEDED/.test(phase)
          ? `its deployment ${id} ended as ${phase}${said}`
          : `its deployment ${id} is still ${phase} after ${seconds} s`,
      );
    }
  }

  /** Questions are asked again where nobody answered; orders are not, for nobody knows what became of them. */
  async #call(method: "GET" | "POST", path: string, body?: object): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#send(method, path, body).catch((error: Error) => error);
      const failed = answer instanceof Error || answer.status === 429 || answer.status >= 500;
      if (failed && method === "GET" && attempt < attempts) {
        await sleep(askAgainAfterMs * attempt);
        continue;
      }
      if (answer instanceof Error)
        throw new Failure(`DigitalOcean did not answer to ${method} /v2/apps/${path}: ${causeOf(answer)}`);
      const text = await answer.text();
      if (answer.ok) return text === "" ? {} : JSON.parse(text);
      throw new Failure(
        `DigitalOcean answered ${answer.status} to ${method} /v2/apps/${path}: ${messageIn(text) ?? answer.statusText}`,
      );
    }
  }

  #send(method: string, path: string, body?: object): Promise<Response> {
    return fetch(`${this.#address}/v2/apps/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      signal: AbortSignal.timeout(answerWithinMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
}

function messageIn(text: string): string | undefined {
  try {
    return z.object({ message: z.string() }).parse(JSON.parse(text)).message;
  } catch {
    return undefined;
  }
}

function causeOf({ cause, message }: Error): string {
  return cause instanceof Error ? cause.message : message;
}
