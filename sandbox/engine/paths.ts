import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Environment variables, as Node gives them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Where what costs minutes to obtain is kept: shared by all sandboxes of this user, and it outlives `down`. */
export function cacheFolder(variables: Variables = process.env): string {
  const base = variables.XDG_CACHE_HOME || join(variables.HOME || homedir(), ".cache");
  return resolve(base, "insightpulse-sandbox");
}

/** Everything one sandbox keeps; `down` removes the whole folder. */
export interface StatePaths {
  readonly root: string;
  /** Proof that this folder is a sandbox's own, so that `down` never removes anything else. */
  readonly marker: string;
  readonly lock: string;
  /** The cloud's own folder: its data, its key file and its log. One account for all environments. */
  readonly cloud: string;
  readonly daemon: string;
  readonly pulumiHome: string;
  readonly standIns: string;
  readonly providers: string;
  readonly tools: string;
  /** The engine's file backend. */
  readonly backend: string;
  readonly passphrase: string;
  /** Whether droplets are machines in this sandbox. */
  readonly droplets: string;
  /** Which kind of images hosts get in this sandbox. */
  readonly images: string;
  /** Which PostgreSQL runs the databases of this sandbox. */
  readonly databaseServer: string;
  /** Everything the sandbox's internet keeps. */
  readonly internet: string;
  /** Private half of the key that opens the machines the account holds before the first run. */
  readonly operatorKey: string;
  /** The hosts' keys, as whoever operates in here has come to know them. */
  readonly operatorKnownHosts: string;
  /** Programs that run in the sandbox's network. */
  readonly programs: string;
}

/** The files of the sandbox whose state lies in `root`. */
export function statePaths(root: string): StatePaths {
  return {
    root,
    marker: join(root, "sandbox.json"),
    lock: join(root, "lock.json"),
    cloud: join(root, "cloud"),
    daemon: join(root, "daemon.json"),
    pulumiHome: join(root, "pulumi-home"),
    standIns: join(root, "stand-ins"),
    providers: join(root, "providers.json"),
    tools: join(root, "tools.json"),
    backend: join(root, "backend"),
    passphrase: join(root, "passphrase"),
    droplets: join(root, "droplets.json"),
    images: join(root, "images.json"),
    databaseServer: join(root, "database-server.json"),
    internet: join(root, "internet"),
    operatorKey: join(root, "operator-key"),
    operatorKnownHosts: join(root, "operator-known-hosts"),
    programs: join(root, "programs"),
  };
}

/** The files of one environment within a sandbox. */
export interface EnvironmentPaths {
  readonly root: string;
  /** A project file with the real project's name: what makes the stack here writes nothing into the repository. */
  readonly project: string;
  /** The stack's configuration as the engine reads it. */
  readonly config: string;
  /** Edits of it that outlive a run, as a commit would. */
  readonly keptSettings: string;
  /** Secret values made up for this sandbox. */
  readonly secrets: string;
  /** What the engine printed last, event by event. */
  readonly events: string;
  readonly log: string;
}

/** The files of one environment of the sandbox whose state lies in `root`. */
export function environmentPaths(root: string, environment: string): EnvironmentPaths {
  const folder = join(root, environment);
  return {
    root: folder,
    project: join(folder, "Pulumi.yaml"),
    config: join(folder, `Pulumi.${environment}.yaml`),
    keptSettings: join(folder, "kept-settings.json"),
    secrets: join(folder, "secrets.json"),
    events: join(folder, "events.jsonl"),
    log: join(folder, "engine.log"),
  };
}
