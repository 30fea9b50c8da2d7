/** The shape of the catalogue's entries: what is said about a service, wherever it runs. */

import type { HealthCheck } from "./health-check.ts";
import type { Container, WebServing } from "./host-service.ts";

/**
 * Who checks a user's identity.
 *
 * - `own`: the service speaks Google OAuth itself; `redirectPath` is registered with its OAuth client.
 * - `proxy`: nginx asks an OAuth2 proxy first, since the service's free edition has no sign-on; everything is closed
 *   to who has not signed in but `openPaths`, and the health path.
 * - `none`: no people sign in.
 */
export type SignOn =
  | { readonly kind: "own"; readonly redirectPath: string }
  | { readonly kind: "proxy"; readonly openPaths: readonly OpenPath[] }
  | { readonly kind: "none" };

/** What machines and mobile clients reach without the sign-on proxy. */
export interface OpenPath {
  /** With a slash at its end everything below it, else this path alone. Capitals make another path. */
  readonly path: string;
  /** Who calls it, and how the service itself knows who that is. */
  readonly because: string;
}

/** What whoever rotates a generated secret has to know. */
export type SecretCare =
  /** It is rotated as any other; this has to be done afterwards. */
  | { readonly afterwards: string }
  /** Making it anew would lose what it opens: why, and what to do in its place, each step a sentence or a command. */
  | { readonly keptBecause: string; readonly instead: readonly string[] };

interface ServiceBase {
  /** What the service is, in a few words. */
  readonly title: string;
  /** First label of the host name; the zone is the environment's. */
  readonly subdomain: string;
  readonly health: HealthCheck;
  readonly signOn: SignOn;
  /** Names of passwords and keys the stack makes for this service; losing one can lose data. */
  readonly generatedSecrets?: readonly string[];
  /** What a rotation of one of them means; nothing has to be done beside it when it is left out. */
  readonly secretCare?: Readonly<Record<string, SecretCare>>;
  /** The database role the service connects as; left out where it has no database of its own. */
  readonly databaseRole?: string;
  /**
   * There for a service that says CREATE SCHEMA IF NOT EXISTS at every start: PostgreSQL refuses that to whoever may make
   * no schemas, also where the schema is there.
   */
  readonly makesSchemas?: true;
}

/** A service on a droplet: a container behind that host's nginx. */
export interface HostService extends ServiceBase {
  readonly kind: "host";
  /** Key of the host it runs on, among the hosts of the configuration. */
  readonly host: string;
  /** Loopback port nginx passes requests to. */
  readonly port: number;
  /** Further loopback ports by what they carry. */
  readonly extraPorts?: Readonly<Record<string, number>>;
  readonly image: ImageSource;
  readonly container: Container;
  readonly web: WebServing;
  /** Its data are still with older software on the host: `./scripts/ops move` starts it, and nothing else does. */
  readonly awaitsMove?: boolean;
}

/** Where a container image comes from. */
export interface ImageSource {
  readonly registryType: "DOCR" | "DOCKER_HUB" | "GHCR";
  /** Owner of the repository; empty at DigitalOcean's own registry, which knows it. */
  readonly registry?: string;
  readonly repository: string;
  /** Pinned version. `latest` is refused. */
  readonly tag?: string;
  /** Pinned content, `sha256:...`. Exactly one of tag and digest is given. */
  readonly digest?: string;
}

/** How an app receives one environment variable. */
export type AppVariable =
  | { readonly from: "literal"; readonly value: string }
  /** The port the platform sends requests to, so that the two cannot differ. */
  | { readonly from: "port" }
  /** The address of a service in the catalogue, `https://...`. */
  | { readonly from: "serviceUrl"; readonly service: string }
  /** The REST address of the database project. */
  | { readonly from: "databaseRestUrl" }
  /** The service's own database role, through the session pooler (App Platform has no IPv6). */
  | { readonly from: "databaseUrl"; readonly scheme: string; readonly searchPath: string }
  /** Who may sign in, from `signOn`: addresses, and domains with an @ in front, with commas between. */
  | { readonly from: "signOnAddresses" }
  /** A secret the operator sets, by its name in `config/secrets.ts`. */
  | { readonly from: "secret"; readonly secret: string }
  /** One of the service's `generatedSecrets`. */
  | { readonly from: "generated"; readonly secret: string };

/** A service on App Platform. */
export interface AppService extends ServiceBase {
  readonly kind: "app";
  /** Name of the app, 2 to 32 characters, unique in the account. */
  readonly appName: string;
  readonly appRegion: string;
  readonly image: ImageSource;
  readonly size: string;
  /** Less memory than this and the process is killed while it starts. */
  readonly minimumMemoryMib: number;
  /** Port the container listens on. */
  readonly port: number;
  /** How long the platform waits before the first health check, in seconds. */
  readonly initialDelaySeconds: number;
  readonly variables: Readonly<Record<string, AppVariable>>;
  /**
   * A command of its image that runs to its end before each deployment, with the same variables, such as one that migrates a
   * database. When it fails, so does the deployment, and what ran before goes on serving. Left out, nothing comes before.
   */
  readonly beforeDeployment?: string;
}

/** A service somebody else runs, for which the stack only keeps the name. */
export interface ExternalService extends ServiceBase {
  readonly kind: "external";
  /** Host name the record points at, without a trailing dot. */
  readonly target: string;
}

/** One entry of the catalogue. */
export type Service = HostService | AppService | ExternalService;
