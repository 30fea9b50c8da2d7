import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { accessKeyId, randomSecret } from "../core/identifiers.ts";

const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 5000;
/** Addresses of UNIX sockets hold about 108 characters; leave some room. */
const LONGEST_SOCKET_PATH = 100;

/**
 * The S3 server behind Spaces: versitygw on a socket of its own, which only the front speaks to.
 *
 * Its one user is made up at every start and only ever in the environment of the child, so that no key is on disk.
 */
export class Gateway {
  readonly #binary: string;
  readonly #folder: string;
  readonly key = { accessKey: accessKeyId(), secret: randomSecret() };
  readonly socket: string;
  #child: ChildProcess | undefined;

  constructor(binary: string, folder: string) {
    this.#binary = binary;
    this.#folder = folder;
    const beside = join(folder, "gateway.sock");
    const digest = createHash("sha256").update(folder).digest("hex").slice(0, 12);
    this.socket = beside.length <= LONGEST_SOCKET_PATH ? beside : join(tmpdir(), `spaces-${digest}.sock`);
  }

  /** The buckets that lie on disk. */
  buckets(): string[] {
    return readdirSync(join(this.#folder, "data"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map((entry) => entry.name);
  }

  async start(): Promise<void> {
    const data = join(this.#folder, "data");
    const versions = join(this.#folder, "versions");
    for (const folder of [data, versions]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#endOrphan();
    rmSync(this.socket, { force: true });
    const log = openSync(join(this.#folder, "gateway.log"), "w", 0o600);
    const settings = ["--port", this.socket, "--region", "us-east-1", "--quiet", "--keep-alive"];
    const child = spawn(this.#binary, [...settings, "posix", "--versioning-dir", versions, data], {
      stdio: ["ignore", log, log],
      env: {
        PATH: process.env.PATH,
        ROOT_ACCESS_KEY: this.key.accessKey,
        ROOT_SECRET_KEY: this.key.secret,
      },
    });
    this.#child = child;
    // Without a listener a binary that cannot be run would end this process.
    child.once("error", () => {});
    if (child.pid !== undefined) writeFileSync(this.#pidFile(), String(child.pid));
    await this.#answering(child);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      const graceful = await Promise.race([
        ended.then(() => true),
        sleep(STOP_DEADLINE_MS, false, { ref: false }),
      ]);
      if (!graceful) child.kill("SIGKILL");
      await ended;
    }
    rmSync(this.#pidFile(), { force: true });
    rmSync(this.socket, { force: true });
  }

  /** Deletes every bucket. Only while it is stopped. */
  wipe(): void {
    for (const name of ["data", "versions"])
      rmSync(join(this.#folder, name), { recursive: true, force: true });
  }

  #pidFile(): string {
    return join(this.#folder, "gateway.pid");
  }

  /** Ends the child of an earlier process that was killed: two servers on one folder would spoil it. */
  #endOrphan(): void {
    if (!existsSync(this.#pidFile())) return;
    const pid = Number(readFileSync(this.#pidFile(), "utf8"));
    try {
      const command = execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
      if (command.includes(this.#folder)) process.kill(pid, "SIGKILL");
    } catch {
      // It is gone, as it should be.
    }
  }

  async #answering(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + START_DEADLINE_MS;
    while (!(await canConnect(this.socket))) {
      if (child.exitCode !== null || child.pid === undefined || Date.now() > deadline) {
        await this.stop();
        const log = readFileSync(join(this.#folder, "gateway.log"), "utf8").trim();
        throw new Error(`The S3 server ${this.#binary} did not start: ${log || "no reason given"}`);
      }
      await sleep(25);
    }
  }
}

function canConnect(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => resolve(false));
  });
}
