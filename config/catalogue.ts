/**
 * The service catalogue: the single source of truth about what runs, where, and under which name.
 *
 * DNS records, firewall openings, uptime checks, alerts, OAuth redirect URIs, database roles, generated secrets, cost
 * rows and the outputs are derived from these entries. Adding a service of a known kind is one entry here.
 */

/** How a healthy service answers on its own health path. */
export interface HealthCheck {
  /** Path that the service itself answers, never one a proxy answers for it. */
  readonly path: string;
  readonly status: number;
  /** What in the body proves who answered: a bare 200 from a proxy or a catch-all page has hidden broken services. */
  readonly body?: RegExp;
}

/**
 * Who checks a user's identity.
 *
 * - `own`: the service speaks Google OAuth itself; `redirectPath` is registered with its OAuth client.
 * - `proxy`: nginx asks an OAuth2 proxy first, since the service's free edition has no sign-on; `openPaths` stay
 *   reachable without it because machines call them.
 * - `none`: no people sign in.
 */
export type SignOn =
  | { readonly kind: "own"; readonly redirectPath: string }
  | { readonly kind: "proxy"; readonly openPaths: readonly string[] }
  | { readonly kind: "none" };

interface ServiceBase {
  /** What the service is, in a few words. */
  readonly title: string;
  /** First label of the host name; the zone is the environment's. */
  readonly subdomain: string;
  readonly health: HealthCheck;
  readonly signOn: SignOn;
  /** Names of passwords and keys the stack makes for this service; losing one can lose data. */
  readonly generatedSecrets?: readonly string[];
  /** The database role the service connects as; left out where it has no database of its own. */
  readonly databaseRole?: string;
}

/** A service on a droplet, behind that host's nginx. */
export interface HostService extends ServiceBase {
  readonly kind: "host";
  /** Key of the host it runs on, among the hosts of the configuration. */
  readonly host: string;
  /** Loopback port nginx passes requests to. */
  readonly port: number;
  /** Further loopback ports by what they carry. */
  readonly extraPorts?: Readonly<Record<string, number>>;
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
}

/** A service somebody else runs, for which the stack only keeps the name. */
export interface ExternalService extends ServiceBase {
  readonly kind: "external";
  /** Host name the record points at, without a trailing dot. */
  readonly target: string;
}

/** One entry of the catalogue. */
export type Service = HostService | AppService | ExternalService;

/** The catalogue, by service name. */
export const catalogue: Readonly<Record<string, Service>> = {
  odoo: {
    kind: "host",
    title: "Odoo 18 CE, the ERP",
    host: "erp",
    subdomain: "erp",
    port: 8069,
    extraPorts: { websocket: 8072 },
    health: { path: "/web/health", status: 200, body: /"status"\s*:\s*"pass"/ },
    signOn: { kind: "own", redirectPath: "/auth_oauth/signin" },
    databaseRole: "odoo",
    generatedSecrets: ["master-password"],
  },
  mattermost: {
    kind: "host",
    title: "Mattermost, team chat",
    host: "erp",
    subdomain: "chat",
    port: 8065,
    health: { path: "/api/v4/system/ping", status: 200, body: /"status"\s*:\s*"OK"/ },
    signOn: { kind: "proxy", openPaths: ["/api/v4/", "/hooks/", "/plugins/"] },
    databaseRole: "mattermost",
  },
  n8n: {
    kind: "host",
    title: "n8n, workflow automation",
    host: "erp",
    subdomain: "n8n",
    port: 5678,
    health: { path: "/healthz", status: 200, body: /"status"\s*:\s*"ok"/ },
    signOn: {
      kind: "proxy",
      openPaths: ["/webhook/", "/webhook-waiting/", "/form/", "/rest/oauth2-credential/callback"],
    },
    databaseRole: "n8n",
    // Every credential stored in n8n is encrypted with this key: without it they are gone.
    generatedSecrets: ["encryption-key"],
  },
  ocr: {
    kind: "host",
    title: "PaddleOCR-VL API with its job queue",
    host: "ocr",
    subdomain: "ocr",
    port: 8080,
    health: { path: "/health", status: 200, body: /"ok"\s*:\s*true/ },
    signOn: { kind: "none" },
    generatedSecrets: ["api-key", "queue-password"],
  },
  superset: {
    kind: "app",
    title: "Apache Superset, analytics",
    subdomain: "superset",
    appName: "superset-analytics",
    appRegion: "sfo",
    image: { registryType: "DOCKER_HUB", registry: "apache", repository: "superset", tag: "4.1.1" },
    size: "apps-s-1vcpu-1gb",
    minimumMemoryMib: 1024,
    port: 8088,
    // Its first start migrates the metadata for seven to eight minutes; shorter delays killed it half way.
    initialDelaySeconds: 600,
    // Stock Superset answers the text OK; the inventory's own build answers {"ok": true}.
    health: { path: "/health", status: 200, body: /^OK$|"ok"\s*:\s*true/ },
    signOn: { kind: "own", redirectPath: "/oauth-authorized/google" },
    databaseRole: "superset",
    generatedSecrets: ["secret-key"],
    variables: {
      SUPERSET_ENV: { from: "literal", value: "production" },
      ENABLE_PROXY_FIX: { from: "literal", value: "true" },
      SQLALCHEMY_DATABASE_URI: { from: "databaseUrl", scheme: "postgresql+psycopg2", searchPath: "superset" },
      SUPERSET_SECRET_KEY: { from: "generated", secret: "secret-key" },
      GOOGLE_CLIENT_ID: { from: "secret", secret: "supersetGoogleClientId" },
      GOOGLE_CLIENT_SECRET: { from: "secret", secret: "supersetGoogleClientSecret" },
    },
  },
  mcp: {
    kind: "app",
    title: "MCP coordinator (Next.js)",
    subdomain: "mcp",
    appName: "mcp-coordinator",
    appRegion: "sfo",
    image: { registryType: "DOCR", repository: "mcp-coordinator", tag: "1.0.0" },
    size: "apps-s-1vcpu-0.5gb",
    minimumMemoryMib: 512,
    port: 3000,
    initialDelaySeconds: 30,
    health: { path: "/api/health", status: 200, body: /"status"\s*:\s*"healthy"/ },
    signOn: { kind: "own", redirectPath: "/api/auth/callback/google" },
    generatedSecrets: ["nextauth-secret"],
    variables: {
      PORT: { from: "port" },
      NEXTAUTH_URL: { from: "serviceUrl", service: "mcp" },
      NEXTAUTH_SECRET: { from: "generated", secret: "nextauth-secret" },
      GOOGLE_CLIENT_ID: { from: "secret", secret: "mcpGoogleClientId" },
      GOOGLE_CLIENT_SECRET: { from: "secret", secret: "mcpGoogleClientSecret" },
      SUPABASE_URL: { from: "databaseRestUrl" },
      SUPABASE_SERVICE_ROLE_KEY: { from: "secret", secret: "supabaseServiceRoleKey" },
      SUPERSET_URL: { from: "serviceUrl", service: "superset" },
      ODOO_URL: { from: "serviceUrl", service: "odoo" },
      N8N_URL: { from: "serviceUrl", service: "n8n" },
      MATTERMOST_URL: { from: "serviceUrl", service: "mattermost" },
    },
  },
  agent: {
    kind: "external",
    title: "AI agent hub (DigitalOcean GradientAI)",
    subdomain: "agent",
    target: "wr2azp5dsl6mu6xvxtpglk5v.agents.do-ai.run",
    health: { path: "/", status: 200 },
    signOn: { kind: "none" },
  },
};

/** The service whose host also answers for the bare domain and `www`. */
export const rootService = "odoo";
