import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadConfiguration } from "../../config/load.ts";
import { appServices } from "../../config/resolve.ts";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import { databaseAddress } from "../../sandbox/internet/addresses.ts";
import { Authority } from "../../sandbox/internet/authority.ts";
import { type ServerProcess, startServerProcess } from "../../sandbox/internet/server-process.ts";
import { obtainDatabaseRoot } from "../../sandbox/internet/supabase/root.ts";
import { psqlOf } from "../internet/support/psql.ts";
import { SmallInternet } from "../internet/support/small-internet.ts";
import { startInside } from "../internet/support/start-inside.ts";
import { ofType, secretValue } from "../support/mocks.ts";
import { runProgram } from "../support/program.ts";
import { readStackFile } from "../support/stack-file.ts";
import { obtainSuperset } from "./superset-package.ts";

const image = resolve(import.meta.dirname, "../../images/superset");
const stack = "staging";
/** Of the network namespace, which nobody else is in. */
const frontPort = 8443;
const startDeadlineMs = 600_000;

interface Variable {
  readonly key: string;
  readonly value: string;
}

/**
 * Superset's own package, as the program runs it on App Platform: the same variables, the same job before it, the settings of
 * images/superset, PostgreSQL with the roles that the program makes, Google, and TLS that ends before it. All of it is in a network
 * namespace of its own.
 */
export class RealSuperset {
  readonly internet = new SmallInternet("superset-test");
  readonly host: string;
  readonly #service: { readonly port: number; readonly beforeDeployment?: string };
  readonly #config = loadConfiguration(readStackFile(stack));
  #package = "";
  #variables: Record<string, string> = {};
  #psql = "";
  #server: ServerProcess | undefined;
  #front: Awaited<ReturnType<typeof startInside>> | undefined;

  constructor() {
    const service = appServices(this.#config.resolvedServices).find(({ name }) => name === "superset");
    assert.ok(service);
    this.#service = service;
    this.host = service.hostName;
  }

  /** Makes ready what Superset needs, and starts nothing of it. */
  async open(accounts: readonly { email: string; name: string; verified: boolean }[]): Promise<void> {
    const { internet } = this;
    this.#package = await obtainSuperset();
    const { database } = this.#config;
    const authority = await Authority.open(internet.files.authority);
    const edits = { "database.certificateAuthority": authority.certificate };
    const { registrations } = await runProgram(stack, edits, (name) => `sample-of-${name}`);
    const spec = secretValue(
      ofType(registrations, "digitalocean:index/app:App")["app-superset-app"]?.inputs.spec,
    ) as { jobs: { envs: Variable[]; runCommand: string }[] };
    const [job] = spec.jobs;
    assert.ok(job);
    assert.equal(job.runCommand, this.#service.beforeDeployment);
    this.#variables = Object.fromEntries(job.envs.map(({ key, value }) => [key, value]));
    const { GOOGLE_CLIENT_ID: id = "", GOOGLE_CLIENT_SECRET: secret = "" } = this.#variables;
    await internet.start({
      images: [],
      projects: [
        {
          ...{ projectRef: database.projectRef, poolerHost: database.poolerHost },
          ...{ ownerPassword: "sample-of-supabaseOwnerPassword", address: databaseAddress(0) },
        },
      ],
      google: {
        clients: [{ id, secret, redirectUris: [`https://${this.host}/oauth-authorized/google`] }],
        accounts: [...accounts],
      },
    });
    await this.#makeRoles(registrations);
    const front = [join(import.meta.dirname, "superset-front.ts"), internet.files.authority, this.host];
    const words = [...front, String(frontPort), `http://127.0.0.1:${this.#service.port}`];
    await startInside(internet.namespace, words, "", (child) => {
      this.#front = child;
    });
  }

  /** The program's own command, with the client that a host has. */
  async #makeRoles(registrations: Parameters<typeof ofType>[0]): Promise<void> {
    const programs = join(this.internet.folder, "programs");
    mkdirSync(programs);
    const words = psqlOf(await obtainDatabaseRoot(cacheFolder(), () => {})).map((word) => `'${word}'`);
    this.#psql = join(programs, "psql");
    writeFileSync(this.#psql, `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`);
    chmodSync(this.#psql, 0o755);
    const { create, stdin } =
      ofType(registrations, "command:remote:Command")["database-roles-apply"]?.inputs ?? {};
    const { failed, stderr } = await this.internet.run(["sh", "-c", String(create)], {
      input: String(secretValue(stdin)),
      env: { PATH: `${programs}:${process.env.PATH}` },
    });
    assert.ok(!failed, stderr);
  }

  /** Runs the job that comes before a deployment, by the script that its command is in the image; with other variables, if any. */
  async prepare(
    variables: Readonly<Record<string, string>> = {},
  ): Promise<{ exitCode: number | undefined; printed: string }> {
    const script = join(image, String(this.#service.beforeDeployment).replace(/^.*\//, ""));
    const options = { env: { ...this.#environment(), ...variables }, timeout: startDeadlineMs };
    const { exitCode, stdout, stderr } = await this.internet.run([script], options);
    return { exitCode, printed: `${stdout}\n${stderr}` };
  }

  /** Starts it as the official image does, with one worker, and waits until it says that it is well. */
  async start(): Promise<void> {
    const { port } = this.#service;
    const workers = ["--workers", "1", "--worker-class", "gthread", "--threads", "8", "--timeout", "120"];
    const gunicorn = ["gunicorn", "--bind", `127.0.0.1:${port}`, ...workers, "superset.app:create_app()"];
    const isReady = async () => (await this.curl("--fail", `https://${this.host}/health`)).stdout === "OK";
    this.#server = await startServerProcess({
      name: "Superset",
      command: this.internet.inside(gunicorn),
      environment: { ...this.#environment(), SSL_CERT_FILE: this.internet.files.trustBundle },
      logFile: this.log,
      deadlineMs: startDeadlineMs,
      isReady,
    });
  }

  /** A variable of the app. */
  variable(name: string): string {
    return this.#variables[name] ?? assert.fail(`the app has no variable ${name}`);
  }

  get log(): string {
    return join(this.internet.folder, "superset.log");
  }

  /** The variables of the app, and where this computer has what the image has elsewhere. */
  #environment(): Record<string, string> {
    const home = join(this.internet.folder, "home");
    mkdirSync(home, { recursive: true });
    return {
      ...this.#variables,
      // As the official image has them.
      ...{ FLASK_APP: "superset.app:create_app()", SUPERSET_HOME: home, PYTHONPATH: image },
      ...{ HOME: home, PYTHONDONTWRITEBYTECODE: "1" },
      PATH: `${join(this.#package, "bin")}:${process.env.PATH}`,
      // Of those that vouch for servers the image has the world's, and this world has its own.
      REQUESTS_CA_BUNDLE: this.internet.files.trustBundle,
    };
  }

  /** What comes of a statement of the database's owner, unaligned. */
  async ask(statement: string): Promise<string> {
    const { projectRef, poolerHost } = this.#config.database;
    const where = `host=${poolerHost} port=5432 user=postgres.${projectRef} dbname=postgres sslmode=require`;
    const words = [this.#psql, "--no-psqlrc", "--tuples-only", "--no-align", "--command", statement, where];
    const env = { PGPASSWORD: "sample-of-supabaseOwnerPassword" };
    const { failed, stdout, stderr } = await this.internet.run(words, { env });
    assert.ok(!failed, stderr);
    return stdout;
  }

  /** Asks as anybody does who resolves names; Superset's own leads to what ends TLS before it. */
  curl(...words: string[]) {
    const front = ["--connect-to", `${this.host}:443:127.0.0.1:${frontPort}`];
    return this.internet.curl("--max-time", "120", ...front, ...words);
  }

  async close(): Promise<void> {
    await this.#server?.stop();
    this.#front?.kill();
    await this.internet.stop();
  }
}
