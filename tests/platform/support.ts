import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { sshOptions, withKey } from "../../operations/hosts/ssh.ts";
import { statePaths } from "../../sandbox/engine/paths.ts";
import { internetFiles } from "../../sandbox/internet/files.ts";
import { obstacle } from "../../sandbox/machines/capability.ts";
import { firstProcess } from "../../sandbox/machines/cgroups.ts";
import { kernelNames } from "../../sandbox/machines/names.ts";
import { visiting } from "../../sandbox/world/inside.ts";
import { inMachine } from "../support/in-machine.ts";
import { TestSandbox } from "../support/sandbox.ts";
import { withoutNights } from "./nights.ts";
import { Shell } from "./shell.ts";

/** Why tests with machines are left out here; false where they run. */
export const skip = (await obstacle()) ?? false;

const root = resolve(import.meta.dirname, "../..");

/** What a command printed, and how it ended. */
export interface Said {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** Everything, in the order in which it was printed. */
  readonly text: string;
}

/** A host of the environment, as `status --json` tells it. */
export interface Host {
  readonly key: string;
  readonly name: string;
  readonly address: string;
  readonly machine: string;
}

/** Who tries to enter a host. */
export interface SshUser {
  readonly user: string;
  readonly address: string;
  /** In OpenSSH's form. */
  readonly privateKey?: string | undefined;
}

/**
 * An environment that is up with machines. `./scripts/test platform` brings production up once for all files and names its
 * state folder in SANDBOX_PLATFORM; a file that is run alone brings up its own and takes it down.
 */
export class Platform {
  readonly folder: string;
  readonly #isOwn: boolean;
  readonly environment: string;
  #exports: Promise<string> | undefined;
  /** What was answered first, when somebody asked for the hosts: their names stay. */
  #named: Promise<Record<string, Host>> | undefined;
  /** The sandbox it is in: its cloud, its engine, its secrets. */
  readonly account: TestSandbox;
  readonly #variables: Readonly<Record<string, string>>;

  private constructor(
    folder: string,
    isOwn: boolean,
    environment: string,
    variables: Readonly<Record<string, string>> = {},
  ) {
    this.#variables = variables;
    this.folder = folder;
    this.account = new TestSandbox(folder, "required");
    this.#isOwn = isOwn;
    this.environment = environment;
  }

  /** The one that all files share, whole and healthy; what happens there, tests do. */
  static async shared(): Promise<Platform> {
    const shared = process.env.SANDBOX_PLATFORM;
    const platform = shared === undefined ? await Platform.own("prod") : new Platform(shared, false, "prod");
    await platform.restAtNight();
    return platform;
  }

  /**
   * One of a test's own, for what would disturb others.
   *
   * @param variables of the sandbox, beside those that every test has
   * @param words further words of `up`
   */
  static async own(
    environment: string,
    variables: Readonly<Record<string, string>> = {},
    ...words: string[]
  ): Promise<Platform> {
    return Platform.#begin("up", environment, variables, words);
  }

  /**
   * One whose account is there, with its machines, and in which nothing has been brought up yet.
   *
   * @param words further words of `env`
   */
  static async unadopted(environment: string, ...words: string[]): Promise<Platform> {
    return Platform.#begin("env", environment, {}, words);
  }

  /** One in a folder of its own; what has begun is taken down when it does not come up. */
  static async #begin(
    command: "up" | "env",
    environment: string,
    variables: Readonly<Record<string, string>>,
    words: readonly string[],
  ): Promise<Platform> {
    const folder = mkdtempSync(join(tmpdir(), "platform-"));
    const platform = new Platform(folder, true, environment, variables);
    try {
      await told(platform.sandbox(command, environment, ...words));
    } catch (error) {
      await platform.close();
      throw error;
    }
    return platform;
  }

  /** Another environment in the same account, brought up beside it. It goes with the sandbox. */
  async beside(environment: string): Promise<Platform> {
    const other = new Platform(this.folder, false, environment, this.#variables);
    await told(other.sandbox("up", environment));
    return other;
  }

  /** From now on its hosts do nothing by themselves at their times of day. */
  async restAtNight(): Promise<void> {
    for (const host of Object.keys(await this.#hostsByKey())) await told(this.inside(host, ...withoutNights));
  }

  /** Takes down what was brought up for this file alone. */
  async close(): Promise<void> {
    if (!this.#isOwn) return;
    await told(this.sandbox("down", "--yes"));
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs `./scripts/sandbox`. */
  sandbox(...words: string[]): Promise<Said> {
    return say([join(root, "scripts/sandbox"), ...words], { env: this.#environmentVariables() });
  }

  /**
   * What `sandbox env` prints for its environment. It is asked for once: the sandbox writes the settings anew each time,
   * from the repository's, without what an operator has changed in them.
   */
  exports(): Promise<string> {
    this.#exports ??= told(this.sandbox("env", this.environment));
    return this.#exports;
  }

  /** Runs any command as an operator of the environment. */
  async operate(...words: string[]): Promise<Said> {
    // "$@" keeps the words as they are: nothing is quoted by hand.
    return say(["bash", "-c", 'eval "$1"; shift; exec "$@"', "bash", await this.exports(), ...words]);
  }

  /** Runs `./scripts/ops` as an operator does, from a computer in the sandbox's network. */
  ops(...words: string[]): Promise<Said> {
    const known = `OPS_KNOWN_HOSTS=${join(this.folder, "ops-known-hosts")}`;
    const command = ["env", known, join(root, "scripts/ops"), ...words];
    return this.operate(...visiting({ state: statePaths(this.folder) }, command));
  }

  /** The hosts by their key in the settings. */
  async hosts(): Promise<Record<string, Host>> {
    const { hosts } = JSON.parse((await this.sandbox("status", this.environment, "--json")).stdout);
    return Object.fromEntries((hosts as Host[]).map((host) => [host.key, host]));
  }

  /** Runs a command from a computer in the sandbox's network, where names resolve and the authorities are trusted. */
  from(...command: string[]): Promise<Said> {
    return say(visiting({ state: statePaths(this.folder) }, command));
  }

  /** Asks a web server from there, as curl does. */
  curl(...words: string[]): Promise<Said> {
    return this.from("curl", "--silent", "--show-error", "--max-time", "20", ...words);
  }

  /** Runs a command on a host by SSH, as its administrator types it. */
  on(host: string, ...command: string[]): Promise<Said> {
    return this.sandbox("ssh", "--environment", this.environment, host, ...command);
  }

  /**
   * Tries to run a command on a host by SSH from there, as a user and with a key; with none as somebody who has no key. The
   * host is met as for the first time.
   *
   * @param settings further settings of ssh
   */
  sshAs({ user, address, privateKey }: SshUser, command: string, ...settings: string[]): Promise<Said> {
    return withKey(privateKey ?? "", (folder, key) => {
      const keys = privateKey === undefined ? [] : [`IdentityFile=${key}`];
      const options = sshOptions(join(folder, "known-hosts"), ...keys, ...settings);
      // A connection that a firewall cuts off in the middle of its handshake would hang for a quarter of an hour.
      return this.from("timeout", "60", "ssh", "-F", "none", ...options, `${user}@${address}`, command);
    });
  }

  /** Opens a shell on a host by SSH, as its administrator. */
  shell(host: string): Promise<Shell> {
    const words = [join(root, "scripts/sandbox"), "ssh", "--environment", this.environment, host];
    return Shell.open(words, this.#environmentVariables());
  }

  /** Opens one on each of these hosts; when one of them cannot be entered, on none. */
  async shells<Key extends string>(...hosts: readonly Key[]): Promise<Record<Key, Shell>> {
    const opened = await Promise.allSettled(hosts.map((host) => this.shell(host)));
    const shells = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const failed = opened.find((one) => one.status === "rejected");
    if (failed !== undefined) {
      await Promise.all(shells.map((shell) => shell.close()));
      throw failed.reason;
    }
    return Object.fromEntries(hosts.map((host, index) => [host, shells[index]])) as Record<Key, Shell>;
  }

  /**
   * Runs a command in a machine itself, as its console would: also where SSH is what is tested, and without the second that
   * entering by SSH takes.
   */
  async inside(host: string, ...command: string[]): Promise<Said> {
    return this.insideWith("", host, ...command);
  }

  /** The same, with a text on the command's standard input. */
  async insideWith(input: string, host: string, ...command: string[]): Promise<Said> {
    return say(inMachine(await this.#firstProcess(host), command), { input });
  }

  /**
   * Puts another content in the place of a file on a host, for as long as something is done. Mode and owner stay, and
   * meanwhile the file's own content is in `asideOf(path)`. Nothing of either is left behind: files on hosts hold secrets.
   */
  async instead(host: string, path: string, content: string, work: () => Promise<void>): Promise<void> {
    const run = (script: string) => ["bash", "-euc", script, "bash", path, asideOf(path)];
    const put = `folder="$(dirname "$2")"
      trap 'rm -rf "$folder"' ERR
      mkdir -p -m 711 "$folder"
      cp --archive --dereference "$1" "$2"
      cp --archive "$2" "$folder/instead"
      cat >"$folder/instead"
      mount --bind "$folder/instead" "$(realpath "$1")"`;
    await told(this.insideWith(content, host, ...run(put)));
    try {
      await work();
    } finally {
      await told(this.inside(host, ...run('umount "$(realpath "$1")"; rm -r "$(dirname "$2")"')));
    }
  }

  /** The same for a question to which there may be no answer, as a host that is going down gives none. */
  async ask(host: string, ...command: string[]): Promise<Said> {
    return say(inMachine(await this.#firstProcess(host), command, 5));
  }

  /** The same in a machine of the account that is no host of the environment, by its droplet. */
  inDroplet(input: string, id: number, ...command: string[]): Promise<Said> {
    return say(inMachine(this.#firstProcessOf(id), command), { input });
  }

  #environmentVariables(): Record<string, string> {
    return { ...this.account.variables, ...this.#variables };
  }

  async #firstProcess(host: string): Promise<number> {
    return this.#firstProcessOf(await this.droplet(host));
  }

  #firstProcessOf(id: number): number {
    const first = firstProcess(kernelNames(this.folder).machine(id));
    return first ?? assert.fail(`machine ${id} does not run`);
  }

  /** The hosts as they were when somebody first asked. */
  #hostsByKey(): Promise<Record<string, Host>> {
    this.#named ??= this.hosts();
    return this.#named;
  }

  /** Id of a host's droplet. */
  async droplet(host: string): Promise<number> {
    const { name } = (await this.#hostsByKey())[host] ?? assert.fail(`there is no host ${host}`);
    const { droplets } = JSON.parse(readFileSync(join(this.folder, "cloud/state.json"), "utf8")).collections;
    const found = (droplets as { id: number; name: string }[]).filter((one) => one.name === name);
    return found.at(-1)?.id ?? assert.fail(`${name} is no droplet`);
  }

  /** What came to Slack and to mail servers. */
  get received() {
    const { slack, mail } = internetFiles(statePaths(this.folder).internet);
    return { slack, mail };
  }
}

/** Where a file's own content is while another is in its place. */
export function asideOf(path: string): string {
  return join("/run/instead", path.replaceAll("/", "_"), "original");
}

/** Runs a command to its end, whatever its status. */
export async function say(
  words: readonly string[],
  options: { readonly env?: Record<string, string>; readonly input?: string } = {},
): Promise<Said> {
  const [command = "", ...rest] = words;
  const { exitCode, stdout, all } = await execa(command, rest, {
    all: true,
    reject: false,
    cwd: root,
    // A command that reads finds the end, as under a service: none waits for somebody to type.
    input: "",
    ...options,
  });
  return { exitCode, stdout, text: all };
}

/** What a command printed to its standard output; fails with everything it printed when it failed. */
export async function told(said: Promise<Said> | Said): Promise<string> {
  const { exitCode, stdout, text } = await said;
  assert.equal(exitCode, 0, text);
  return stdout.trim();
}
