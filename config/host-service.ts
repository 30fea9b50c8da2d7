/**
 * The parts of a host service's catalogue entry: the container it runs in, and what nginx does for it. The unit, the
 * server block, the memory limit and the health watch of a service are rendered from these alone.
 */

import type { HealthCheck } from "./health-check.ts";

/** How a container receives one environment variable. The secret ones travel in a file only root reads. */
export type HostVariable =
  | { readonly from: "literal"; readonly value: string }
  /** The port the service listens on, so that the two cannot differ; `of` names one of its `extraPorts`. */
  | { readonly from: "port"; readonly of?: string }
  /** Where it listens, as `127.0.0.1:<port>`. */
  | { readonly from: "listenAddress" }
  /** Its own host name. */
  | { readonly from: "hostName" }
  /** Its own address, `https://...`, with something after it where `path` says so. */
  | { readonly from: "url"; readonly path?: string }
  /** The address of another service in the catalogue. */
  | { readonly from: "serviceUrl"; readonly service: string }
  /** `true` where the host has an accelerator. */
  | { readonly from: "hasAccelerator" }
  /** One part of its database connection; the password is secret. */
  | { readonly from: "database"; readonly part: "host" | "port" | "name" | "user" | "password" }
  /** File with the certificate of the database's authority; left out where that is not known. */
  | { readonly from: "databaseAuthorityFile" }
  /** `true` where the database's certificate is verified. */
  | { readonly from: "verifiesDatabase" }
  /** The whole database connection as an address with TLS; secret. */
  | { readonly from: "databaseUrl"; readonly scheme: string }
  /** One part of the job queue's connection; the password is secret. */
  | { readonly from: "queue"; readonly part: "host" | "port" | "password" }
  /** One of the service's `generatedSecrets`. */
  | { readonly from: "generated"; readonly secret: string };

/** Something of a container that outlives it. */
export interface DataFolder {
  /** Folder on the host, below `/var/lib/<service>`; empty for that folder itself. */
  readonly folder: string;
  /** Where the container sees it. */
  readonly mountedAt: string;
}

/** A file or folder of the host that the container only reads. */
export interface ReadOnlyMount {
  readonly path: string;
  readonly mountedAt: string;
}

/** How a new release takes over from the one that serves. */
export type Takeover =
  /**
   * Both run for a moment, with the same data: the new one is let at requests once it is well. It first runs on ports of its
   * own under its own unit, so that the service's unit can follow while it serves.
   */
  | {
      readonly kind: "beside";
      /** Options of the command that differ while it stands in. */
      readonly options?: Readonly<Record<string, HostVariable>>;
      /** Variables that differ while it stands in. */
      readonly variables?: Readonly<Record<string, HostVariable>>;
      /** Folders of `data` that two cannot share; the one that stands in has what its image brings. */
      readonly without?: readonly string[];
    }
  /** Two at once would do work twice: requests wait while one ends and the other starts. */
  | { readonly kind: "pause" };

/** The container of a service. */
export interface Container {
  /** What is run in place of the image's own command. */
  readonly command?: readonly string[];
  /**
   * User and group the service runs as, on the host and inside. Fixed numbers that no distribution gives away, so that
   * data restored on another droplet belongs to the right user, and no service shares a user with anything else.
   */
  readonly userId: number;
  readonly memory: {
    /** The least it works with. Its limit is this, or more where it takes the rest. */
    readonly minimumMib: number;
    /** Whether it may use whatever memory the host's other services leave. */
    readonly takesTheRest?: boolean;
  };
  readonly variables: Readonly<Record<string, HostVariable>>;
  /** What must be kept and backed up. */
  readonly data: readonly DataFolder[];
  /** Why what it keeps needs no backup: then it may run on a host that takes none, without a database. */
  readonly withoutBackupBecause?: string;
  readonly readOnlyMounts?: readonly ReadOnlyMount[];
  /** Folders the service may write to that are gone when it stops. `/tmp` always is one. */
  readonly scratch?: readonly string[];
  /** Whether the image writes into its own files, so that they cannot be read-only. */
  readonly writesItsOwnFiles?: boolean;
  /** Whether it uses the host's accelerator where there is one. */
  readonly usesAccelerator?: boolean;
  /** Job queue in Redis beside the service; `passwordSecret` is one of its `generatedSecrets`. */
  readonly queue?: { readonly port: number; readonly memoryMib: number; readonly passwordSecret: string };
  /** @default pause, which no service can be hurt by */
  readonly takeover?: Takeover;
  /** What is asked before requests are let at a new release, where the health answer comes before it serves. */
  readonly readiness?: HealthCheck;
  /** Until it answers its health check after a start, at worst. */
  readonly startSeconds: number;
  /** Until it has ended its work after being told to stop, at worst. */
  readonly stopSeconds: number;
}

/** A path whose clients are slowed down. */
export interface RateLimit {
  /** Word for the limit, unique within the service. */
  readonly name: string;
  /** Exact paths. */
  readonly paths: readonly string[];
  /** In nginx's words: `5r/m`, `5r/s`. */
  readonly rate: string;
  /** How many requests may come at once before the rate holds. */
  readonly burst: number;
  /** Whether only what is posted counts, so that looking at a login page does not. */
  readonly onlyPosts: boolean;
}

/** A path that stays open as a websocket. */
export interface Websocket {
  readonly path: string;
  /** Which of the `extraPorts` serves it; the main port when left out. */
  readonly port?: string;
  /** How long it may be silent. */
  readonly idleSeconds: number;
}

/** What nginx does for a service. */
export interface WebServing {
  /** Largest request body, in MiB. */
  readonly bodyMib: number;
  readonly timeouts: {
    readonly connectSeconds: number;
    /** For sending a request to the service, and for its answer. */
    readonly answerSeconds: number;
  };
  readonly websockets?: readonly Websocket[];
  /** How paths begin that programs call: their answers are measured apart from pages. */
  readonly apiPaths?: readonly string[];
  readonly rateLimits?: readonly RateLimit[];
  /** Paths, with everything below, that nobody outside has any business with. */
  readonly closedPaths?: readonly string[];
  /** Path of files that nginx keeps for `keepHours` and browsers for `browserDays`. */
  readonly staticCache?: {
    readonly path: string;
    readonly keepHours: number;
    readonly browserDays: number;
  };
  /** Session cookie that all host names of the environment share, and other sites may send. */
  readonly sharedCookie?: { readonly name: string; readonly maxAgeSeconds: number };
}

/** Logins: five attempts a minute for each address, two at once. */
export function loginLimit(...paths: readonly string[]): RateLimit {
  return { name: "logins", paths, rate: "5r/m", burst: 2, onlyPosts: true };
}
