import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MAIN = join(ROOT, "sandbox/cloud/main.ts");
export const PRODUCTION = join(ROOT, "sandbox/seeds/production.json");
const PATIENCE_MS = 60_000;

/** What an answer says; tests look into it freely. */
export type Json = ReturnType<typeof JSON.parse>;
export interface Answer {
  status: number;
  body: Json;
  headers: Headers;
}

type Handover = Record<"apiUrl" | "spacesUrl" | "token" | "cloudflareToken", string> &
  Record<"spacesAccessKeyId" | "spacesSecretAccessKey", string> & { pid: number };

/** A cloud in a process of its own, as programs meet it. */
export class TestCloud {
  readonly folder = mkdtempSync(join(tmpdir(), "cloud-"));
  readonly #arguments: string[];
  readonly #environment: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  ready: Json;
  #handover: Handover | undefined;

  constructor(args: string[], environment: NodeJS.ProcessEnv) {
    this.#arguments = args;
    this.#environment = environment;
  }

  get keys(): Handover {
    assert.ok(this.#handover, "the cloud has not been started");
    return this.#handover;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [MAIN, "--state", this.folder, ...this.#arguments], {
      env: { ...process.env, ...this.#environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    const { out, error } = collect(child);
    await until(
      () => out().includes('"ready":true') || child.exitCode !== null,
      () => `no ready line: ${out()}${error()}`,
    );
    if (child.exitCode !== null) throw new Error(error());
    this.ready = JSON.parse(out());
    this.#handover = JSON.parse(readFileSync(join(this.folder, "cloud.json"), "utf8")) as Handover;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill(signal);
    return ended;
  }

  /** Stops the cloud and deletes its folder. */
  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A call of the DigitalOcean API. */
  api(method: string, path: string, body?: unknown): Promise<Answer> {
    return call(
      `${this.keys.apiUrl}/v2${path}`,
      method,
      { authorization: `Bearer ${this.keys.token}` },
      body,
    );
  }

  /** A call of the Cloudflare API. */
  cloudflare(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.keys.cloudflareToken}` };
    return call(`${this.keys.apiUrl}/client/v4${path}`, method, headers, body);
  }

  /** A call of the sandbox's own interface. */
  admin(method: string, path: string, body?: unknown): Promise<Answer> {
    return call(`${this.keys.apiUrl}/_sandbox${path}`, method, { "x-sandbox-token": this.keys.token }, body);
  }

  /** Makes something and gives what was made. */
  async make(path: string, name: string, body: unknown): Promise<Json> {
    const answer = await this.api("POST", path, body);
    assert.ok(answer.status < 300, `POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body[name];
  }

  /** Asks until the answer is as wanted. */
  async eventually(path: string, wanted: (body: Json) => boolean): Promise<Json> {
    let last: Json;
    await until(
      async () => {
        last = (await this.api("GET", path)).body;
        return wanted(last);
      },
      () => `${path} stayed ${JSON.stringify(last)}`,
    );
    return last;
  }
}

/** Starts a cloud for a test file; it is stopped and deleted when the file is done. */
export async function startCloud(
  args: string[] = ["--no-spaces"],
  environment: NodeJS.ProcessEnv = {
    SANDBOX_DROPLET_MS: "50",
    SANDBOX_ACTION_MS: "50",
    SANDBOX_DEPLOYMENT_MS: "60",
  },
): Promise<TestCloud> {
  const cloud = new TestCloud(args, environment);
  try {
    await cloud.start();
  } catch (error) {
    await cloud.dispose();
    throw error;
  }
  return cloud;
}

/** One HTTP call with JSON both ways. */
export async function call(
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<Answer> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch(url, { method, headers: { ...headers, ...type }, signal, ...content });
  const text = await response.text();
  return {
    status: response.status,
    body: text === "" ? undefined : JSON.parse(text),
    headers: response.headers,
  };
}

/** Waits for a condition; when its time is over, says what was seen. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  complaint: () => string,
  deadlineMs = PATIENCE_MS,
): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(complaint());
    await sleep(20);
  }
}

/** The answer is a refusal with this status, id and words. */
export function refused(answer: Answer, status: number, id: string, words: RegExp): void {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.equal(answer.body.id, id);
  assert.match(answer.body.message, words);
  assert.ok(answer.body.request_id, "a refusal carries a request id");
}

function collect(child: ChildProcess): { out: () => string; error: () => string } {
  let out = "";
  let error = "";
  child.stdout?.on("data", (data) => (out += data));
  child.stderr?.on("data", (data) => {
    error += data;
    process.stderr.write(data);
  });
  return { out: () => out, error: () => error };
}

/** The S3 server that Spaces needs, as `./scripts/sandbox tools` names it. */
export function findVersitygw(): string | undefined {
  const named = process.env.SANDBOX_VERSITYGW;
  return named !== undefined && existsSync(named) ? named : undefined;
}
