import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../../../sandbox/engine/paths.ts";
import { markVariable } from "../../../sandbox/engine/processes.ts";
import { obtainPebble } from "../../../sandbox/internet/acme/obtain.ts";
import { internetAddresses, internetAddressLines } from "../../../sandbox/internet/addresses.ts";
import { internetFiles } from "../../../sandbox/internet/files.ts";
import { endInternet, internetMark } from "../../../sandbox/internet/leftovers.ts";
import { obtainLayer } from "../../../sandbox/internet/registry/layer.ts";
import { obtainRegistryServer } from "../../../sandbox/internet/registry/obtain-server.ts";
import type { InternetSettingsInput } from "../../../sandbox/internet/settings.ts";
import { obtainDatabaseRoot } from "../../../sandbox/internet/supabase/root.ts";
import { installHostPackages } from "../../../sandbox/machines/host-packages.ts";
import { ip, makeNamespace, removeNamespace } from "../../../sandbox/machines/namespaces.ts";
import { type Json, PRODUCTION } from "../../cloud/support.ts";
import { startInside } from "./start-inside.ts";

const root = join(import.meta.dirname, "../../..");

/** Why there can be no such internet here; false where it can. */
export const noInternetBecause = process.getuid?.() === 0 ? false : "network namespaces need root";

/** What differs from one such internet to the next. */
type OwnSettings = Pick<InternetSettingsInput, "images" | "apps"> &
  Partial<Pick<InternetSettingsInput, "projects" | "google">>;

/** The cloud with what production's account holds, and its internet, in a namespace of their own. */
export class SmallInternet {
  readonly folder = mkdtempSync(join(tmpdir(), "small-internet-"));
  readonly files = internetFiles(join(this.folder, "internet"));
  readonly mark = internetMark(this.folder);
  readonly namespace: string;
  readonly #children: ChildProcess[] = [];
  readonly #resolver = join(this.folder, "resolv.conf");
  #settings: InternetSettingsInput | undefined;

  constructor(name: string) {
    this.namespace = `${name}-${process.pid}`;
  }

  get cloudFolder(): string {
    return join(this.folder, "cloud");
  }

  get token(): string {
    return JSON.parse(readFileSync(join(this.cloudFolder, "cloud.json"), "utf8")).token;
  }

  async start({ projects = [], ...more }: OwnSettings): Promise<void> {
    const options = { cache: cacheFolder(), projectRoot: root, report: () => {}, note: () => {} };
    await installHostPackages(cacheFolder(), () => {});
    const tools = {
      pebble: join((await obtainPebble(options)).folder, "pebble"),
      registryServer: await obtainRegistryServer(options),
      layer: await obtainLayer(options),
      ...(projects.length > 0 && { databaseRoot: await obtainDatabaseRoot(cacheFolder(), () => {}) }),
    };
    await makeNamespace(this.namespace);
    await ip(this.namespace, internetAddressLines(projects.length));
    writeFileSync(this.#resolver, internetAddresses.names.map((one) => `nameserver ${one}\n`).join(""));
    const words = ["--state", this.cloudFolder, "--no-spaces", "--seed", PRODUCTION, "--runs-apps"];
    await this.#run([join(root, "sandbox/cloud/main.ts"), ...words], "", { SANDBOX_DEPLOYMENT_MS: "60" });
    this.#settings = {
      ...{ folder: join(this.folder, "internet"), cloudFolder: this.cloudFolder, tools, ...more },
      ...{ addresses: internetAddresses, registered: "digitalocean", projects, mailNames: [] },
    };
    await this.startInternet();
  }

  async startInternet(): Promise<void> {
    const variables = { [markVariable]: this.mark };
    await this.#run([join(root, "sandbox/internet/main.ts")], JSON.stringify(this.#settings), variables);
  }

  /** Ends the internet that was started last. */
  async endInternet(signal: NodeJS.Signals): Promise<void> {
    await ended(this.#children.at(-1) ?? assert.fail("nothing was started"), signal);
  }

  async stop(): Promise<void> {
    for (const child of this.#children.reverse()) await ended(child, "SIGTERM");
    await endInternet(this.mark);
    await removeNamespace(this.namespace);
    rmSync(this.folder, { recursive: true });
  }

  /** A client in the namespace, which resolves names as every program does and trusts who signs there. */
  run(
    command: readonly string[],
    options: { input?: string; env?: Record<string, string>; timeout?: number } = {},
  ) {
    const [program = "", ...words] = this.inside(command);
    const env = { SSL_CERT_FILE: this.files.trustBundle, ...options.env };
    return execa(program, words, { timeout: 60_000, ...options, env, reject: false });
  }

  /** The command line of such a client. */
  inside(command: readonly string[]): string[] {
    const script = `mount --bind ${this.#resolver} /etc/resolv.conf && exec "$@"`;
    const words = ["unshare", "--mount", "sh", "-c", script, "sh", ...command];
    return ["nsenter", `--net=/run/netns/${this.namespace}`, ...words];
  }

  curl(...words: string[]) {
    return this.run(["curl", "--silent", "--show-error", "--cacert", this.files.trustBundle, ...words]);
  }

  /** A page: its status and its text, and whose release gave it. */
  async get(url: string): Promise<{ status: number; text: string; release: string }> {
    const format = "\n%{http_code} %header{x-stand-in-release}";
    const { stdout, stderr } = await this.curl("--max-time", "20", "--write-out", format, url);
    const [status = "", release = ""] = stdout.split("\n").at(-1)?.split(" ") ?? [];
    return { status: Number(status), text: stdout.split("\n").slice(0, -1).join("\n") || stderr, release };
  }

  /** A call of DigitalOcean's API. */
  async api(method: string, path: string, body?: object): Promise<{ status: number; body: Json }> {
    const json = body === undefined ? [] : ["--json", JSON.stringify(body)];
    const words = [
      "--request",
      method,
      ...json,
      "--oauth2-bearer",
      this.token,
      "--write-out",
      "\n%{http_code}",
    ];
    const { stdout } = await this.curl(...words, `https://api.digitalocean.com/v2${path}`);
    const [text = "", status] = [stdout.slice(0, stdout.lastIndexOf("\n")), stdout.split("\n").at(-1)];
    return { status: Number(status), body: text === "" ? undefined : JSON.parse(text) };
  }

  async #run(words: string[], input: string, variables: Record<string, string>): Promise<void> {
    await startInside(this.namespace, words, input, (child) => this.#children.push(child), variables);
  }
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await over;
}
