/**
 * The service catalogue: the single source of truth about what runs, where, and under which name.
 *
 * DNS records, firewall openings, uptime checks, alerts, OAuth redirect URIs, database roles, generated secrets, cost
 * rows and the outputs are derived from these entries. Adding a service of a known kind is one entry here.
 */
import { loginLimit } from "./host-service.ts";
import type { Service } from "./service.ts";

export type * from "./service.ts";

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
    image: { registryType: "DOCKER_HUB", repository: "odoo", tag: "18.0-20260421" },
    container: {
      // The image's own entry point would pass the database password as an argument, for every process to read.
      command: ["/usr/bin/odoo", "--config=/etc/odoo/odoo.conf"],
      userId: 2001,
      memory: { minimumMib: 1536, takesTheRest: true },
      variables: {
        HOME: { from: "literal", value: "/var/lib/odoo" },
        // Odoo's own file has no word for it; its client library does.
        PGSSLROOTCERT: { from: "databaseAuthorityFile" },
        TZ: { from: "literal", value: "UTC" },
      },
      data: [{ folder: "", mountedAt: "/var/lib/odoo" }],
      readOnlyMounts: [
        { path: "/etc/insightpulse/secrets/odoo.conf", mountedAt: "/etc/odoo/odoo.conf" },
        { path: "/opt/odoo", mountedAt: "/mnt/extra-addons" },
      ],
      // Workers, sessions and files are shared by design, and jobs are locked in the database. The one that stands in runs no
      // jobs and takes few connections: the session pooler has some fifteen for everybody.
      takeover: {
        kind: "beside",
        options: {
          "--http-port": { from: "port" },
          "--gevent-port": { from: "port", of: "websocket" },
          "--workers": { from: "literal", value: "2" },
          "--max-cron-threads": { from: "literal", value: "0" },
          "--db_maxconn": { from: "literal", value: "2" },
          "--db_maxconn_gevent": { from: "literal", value: "2" },
        },
      },
      startSeconds: 300,
      stopSeconds: 60,
    },
    web: {
      bodyMib: 100,
      timeouts: { connectSeconds: 60, answerSeconds: 600 },
      websockets: [{ path: "/websocket", port: "websocket", idleSeconds: 3600 }],
      apiPaths: ["/web/dataset/", "/web/action/", "/jsonrpc", "/xmlrpc/"],
      rateLimits: [loginLimit("/web/login", "/web/reset_password", "/web/signup")],
      closedPaths: ["/web/database"],
      staticCache: { path: "/web/static/", keepHours: 24, browserDays: 7 },
      sharedCookie: { name: "session_id", maxAgeSeconds: 3600 },
    },
  },
  mattermost: {
    kind: "host",
    title: "Mattermost, team chat",
    host: "erp",
    subdomain: "chat",
    port: 8065,
    health: { path: "/api/v4/system/ping", status: 200, body: /"status"\s*:\s*"OK"/ },
    signOn: {
      kind: "proxy",
      openPaths: [
        {
          path: "/api/v4/",
          because:
            "mobile and desktop clients and bots speak nothing else, the websocket included; Mattermost asks each for " +
            "its own login or token",
        },
        { path: "/hooks/", because: "incoming webhooks; the secret is in the address" },
        { path: "/plugins/github/webhook", because: "GitHub's notices, which it signs" },
        {
          path: "/plugins/com.mattermost.calls/",
          because: "calls of mobile clients, with Mattermost's own login",
        },
        {
          path: "/plugins/playbooks/api/",
          because: "playbooks of mobile clients, with Mattermost's own login",
        },
      ],
    },
    databaseRole: "mattermost",
    // The extended support release.
    image: {
      registryType: "DOCKER_HUB",
      registry: "mattermost",
      repository: "mattermost-team-edition",
      tag: "11.7.15",
    },
    container: {
      userId: 2000,
      memory: { minimumMib: 768 },
      variables: {
        TZ: { from: "literal", value: "UTC" },
        MM_SERVICESETTINGS_SITEURL: { from: "url" },
        MM_SERVICESETTINGS_LISTENADDRESS: { from: "listenAddress" },
        MM_SERVICESETTINGS_TRUSTEDPROXYIPHEADER: { from: "literal", value: "X-Real-IP" },
        MM_SQLSETTINGS_DRIVERNAME: { from: "literal", value: "postgres" },
        MM_SQLSETTINGS_DATASOURCE: { from: "databaseUrl", scheme: "postgres" },
        // The session pooler of a small project has some fifteen connections for everybody.
        MM_SQLSETTINGS_MAXOPENCONNS: { from: "literal", value: "6" },
        MM_SQLSETTINGS_MAXIDLECONNS: { from: "literal", value: "3" },
        MM_FILESETTINGS_DIRECTORY: { from: "literal", value: "/mattermost/data/" },
        MM_FILESETTINGS_MAXFILESIZE: { from: "literal", value: String(50 * 1024 * 1024) },
        MM_LOGSETTINGS_ENABLECONSOLE: { from: "literal", value: "true" },
        MM_LOGSETTINGS_ENABLEFILE: { from: "literal", value: "false" },
        MM_LOGSETTINGS_ENABLEDIAGNOSTICS: { from: "literal", value: "false" },
        // The calls plugin that comes with the image listens on every address otherwise.
        MM_CALLS_UDP_SERVER_ADDRESS: { from: "literal", value: "127.0.0.1" },
        MM_CALLS_TCP_SERVER_ADDRESS: { from: "literal", value: "127.0.0.1" },
      },
      data: [
        { folder: "data", mountedAt: "/mattermost/data" },
        { folder: "config", mountedAt: "/mattermost/config" },
        { folder: "logs", mountedAt: "/mattermost/logs" },
        { folder: "plugins", mountedAt: "/mattermost/plugins" },
        { folder: "client-plugins", mountedAt: "/mattermost/client/plugins" },
      ],
      // Mattermost's own compose file says so too: it unpacks beside its program.
      writesItsOwnFiles: true,
      // Its migrations keep older servers working (from one extended support release to the next). Without a cluster's
      // license two servers tell each other nothing, so clients of the old one hear late of what the new one is told.
      takeover: {
        kind: "beside",
        variables: {
          MM_SQLSETTINGS_MAXOPENCONNS: { from: "literal", value: "3" },
          MM_CALLS_UDP_SERVER_PORT: { from: "literal", value: "18443" },
          MM_CALLS_TCP_SERVER_PORT: { from: "literal", value: "18443" },
        },
        // A server unpacks its plugins anew when it starts.
        without: ["plugins", "client-plugins"],
      },
      startSeconds: 180,
      stopSeconds: 30,
    },
    web: {
      bodyMib: 50,
      timeouts: { connectSeconds: 60, answerSeconds: 300 },
      websockets: [{ path: "/api/v4/websocket", idleSeconds: 3600 }],
      apiPaths: ["/api/", "/hooks/"],
      rateLimits: [loginLimit("/api/v4/users/login")],
    },
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
      // Not among them: /webhook-test/, which only listens while somebody has the editor open, and the callbacks of
      // credentials, which come by the browser of who has signed in.
      openPaths: [
        {
          path: "/webhook/",
          because: "workflows that others start; each checks its caller as it was told to",
        },
        {
          path: "/webhook-waiting/",
          because: "workflows that wait for an answer; the address cannot be guessed",
        },
        { path: "/form/", because: "forms for people outside" },
        { path: "/form-waiting/", because: "later pages of such forms; the address cannot be guessed" },
        { path: "/api/v1/", because: "n8n's API, which the MCP coordinator calls with a key of n8n's" },
      ],
    },
    databaseRole: "n8n",
    makesSchemas: true,
    // Every credential stored in n8n is encrypted with this key: without it they are gone.
    generatedSecrets: ["encryption-key"],
    secretCare: {
      "encryption-key": {
        keptBecause: "every credential stored in n8n is encrypted with it, and would be lost",
        instead: [
          "Rotate what is stored instead: make each credential anew at its vendor, and type it into n8n's own list.",
          "If the key itself has leaked, first export the credentials decrypted, into a folder that is removed at the end:",
          "sudo podman exec n8n n8n export:credentials --all --decrypted --output=/home/node/.n8n/credentials.json",
          "Then replace the key as docs/runbooks/rotate-a-secret.md has it, and when n8n serves again:",
          "sudo podman exec n8n n8n import:credentials --input=/home/node/.n8n/credentials.json",
          "sudo shred --remove /var/lib/n8n/credentials.json",
        ],
      },
    },
    extraPorts: { broker: 5679 },
    image: { registryType: "DOCKER_HUB", registry: "n8nio", repository: "n8n", tag: "2.35.7" },
    container: {
      userId: 2002,
      memory: { minimumMib: 1024 },
      variables: {
        HOME: { from: "literal", value: "/home/node" },
        TZ: { from: "literal", value: "UTC" },
        GENERIC_TIMEZONE: { from: "literal", value: "Asia/Manila" },
        NODE_OPTIONS: { from: "literal", value: "--max-old-space-size=768" },
        N8N_USER_FOLDER: { from: "literal", value: "/home/node" },
        N8N_HOST: { from: "hostName" },
        N8N_PORT: { from: "port" },
        N8N_PROTOCOL: { from: "literal", value: "https" },
        N8N_LISTEN_ADDRESS: { from: "literal", value: "127.0.0.1" },
        N8N_EDITOR_BASE_URL: { from: "url", path: "/" },
        WEBHOOK_URL: { from: "url", path: "/" },
        // nginx is the one proxy in front: what it says about the client is believed, nothing further away is.
        N8N_PROXY_HOPS: { from: "literal", value: "1" },
        N8N_RUNNERS_BROKER_PORT: { from: "port", of: "broker" },
        N8N_RUNNERS_BROKER_LISTEN_ADDRESS: { from: "literal", value: "127.0.0.1" },
        N8N_PAYLOAD_SIZE_MAX: { from: "literal", value: "50" },
        N8N_METRICS: { from: "literal", value: "true" },
        N8N_DIAGNOSTICS_ENABLED: { from: "literal", value: "false" },
        N8N_BLOCK_ENV_ACCESS_IN_NODE: { from: "literal", value: "true" },
        N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: { from: "literal", value: "true" },
        EXECUTIONS_DATA_PRUNE: { from: "literal", value: "true" },
        EXECUTIONS_DATA_MAX_AGE: { from: "literal", value: "336" },
        N8N_ENCRYPTION_KEY: { from: "generated", secret: "encryption-key" },
        DB_TYPE: { from: "literal", value: "postgresdb" },
        DB_POSTGRESDB_HOST: { from: "database", part: "host" },
        DB_POSTGRESDB_PORT: { from: "database", part: "port" },
        DB_POSTGRESDB_DATABASE: { from: "database", part: "name" },
        DB_POSTGRESDB_USER: { from: "database", part: "user" },
        DB_POSTGRESDB_PASSWORD: { from: "database", part: "password" },
        DB_POSTGRESDB_SCHEMA: { from: "literal", value: "n8n" },
        DB_POSTGRESDB_POOL_SIZE: { from: "literal", value: "3" },
        DB_POSTGRESDB_SSL_ENABLED: { from: "literal", value: "true" },
        // Supabase's poolers have a certificate of Supabase's own authority, which no system store knows.
        DB_POSTGRESDB_SSL_CA_FILE: { from: "databaseAuthorityFile" },
        DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED: { from: "verifiesDatabase" },
      },
      data: [{ folder: "", mountedAt: "/home/node/.n8n" }],
      scratch: ["/home/node/.cache"],
      // Two would both start what is scheduled (https://github.com/n8n-io/n8n/issues/7045); several need a license.
      takeover: { kind: "pause" },
      // The health answer comes while tables are still migrated.
      readiness: { path: "/healthz/readiness", status: 200, body: /"status"\s*:\s*"ok"/ },
      startSeconds: 180,
      stopSeconds: 60,
    },
    web: {
      bodyMib: 50,
      timeouts: { connectSeconds: 60, answerSeconds: 300 },
      websockets: [{ path: "/rest/push", idleSeconds: 3600 }],
      apiPaths: ["/api/", "/rest/", "/webhook/"],
      rateLimits: [loginLimit("/rest/login")],
      closedPaths: ["/metrics"],
    },
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
    secretCare: {
      "api-key": {
        afterwards: "Whoever calls the OCR API from outside needs the new key: give it to them now.",
      },
    },
    image: { registryType: "DOCR", repository: "ocr-service", tag: "1.0.0" },
    container: {
      userId: 2003,
      memory: { minimumMib: 3072, takesTheRest: true },
      variables: {
        HOME: { from: "literal", value: "/var/lib/ocr" },
        TZ: { from: "literal", value: "UTC" },
        HOST: { from: "literal", value: "127.0.0.1" },
        PORT: { from: "port" },
        WORKERS: { from: "literal", value: "2" },
        LOG_LEVEL: { from: "literal", value: "info" },
        OCR_LANGUAGE: { from: "literal", value: "en" },
        OCR_USE_GPU: { from: "hasAccelerator" },
        MAX_IMAGE_SIZE: { from: "literal", value: "10" },
        ALLOWED_ORIGINS: { from: "serviceUrl", service: "odoo" },
        REDIS_HOST: { from: "queue", part: "host" },
        REDIS_PORT: { from: "queue", part: "port" },
        REDIS_DB: { from: "literal", value: "0" },
        REDIS_PASSWORD: { from: "queue", part: "password" },
        API_KEY: { from: "generated", secret: "api-key" },
      },
      // The models are fetched once, by the user that reads them.
      data: [{ folder: "", mountedAt: "/var/lib/ocr" }],
      withoutBackupBecause:
        "Models are fetched again, and a lost job is asked for again by whoever waits for it.",
      usesAccelerator: true,
      queue: { port: 6379, memoryMib: 256, passwordSecret: "queue-password" },
      // A job is taken from the queue by one worker alone, whoever's it is.
      takeover: { kind: "beside" },
      startSeconds: 300,
      stopSeconds: 60,
    },
    web: {
      bodyMib: 10,
      timeouts: { connectSeconds: 15, answerSeconds: 120 },
      apiPaths: ["/v1/"],
      rateLimits: [
        {
          name: "jobs",
          paths: ["/v1/ocr/receipt", "/v1/ocr", "/v1/parse"],
          rate: "5r/s",
          burst: 20,
          onlyPosts: false,
        },
      ],
    },
  },
  superset: {
    kind: "app",
    title: "Apache Superset, analytics",
    subdomain: "superset",
    appName: "superset-analytics",
    appRegion: "sfo",
    // Built of images/superset: the official one keeps its metadata in SQLite, and signs nobody in with Google.
    image: { registryType: "DOCR", repository: "superset", tag: "4.1.1" },
    size: "apps-s-1vcpu-1gb",
    minimumMemoryMib: 1024,
    port: 8088,
    initialDelaySeconds: 120,
    // Migrates the metadata, the first time for seven to eight minutes: health checks have killed that half way.
    beforeDeployment: "/usr/bin/prepare-superset",
    // Stock Superset answers the text OK; the inventory's own build answers {"ok": true}.
    health: { path: "/health", status: 200, body: /^OK$|"ok"\s*:\s*true/ },
    signOn: { kind: "own", redirectPath: "/oauth-authorized/google" },
    databaseRole: "superset",
    generatedSecrets: ["secret-key"],
    secretCare: {
      "secret-key": {
        keptBecause:
          "Superset encrypts the database passwords it has stored with it, and could not read them any more",
        instead: [
          "Have the passwords at hand of all databases under Settings, Database connections.",
          "Replace the key as docs/runbooks/rotate-a-secret.md has it; everybody signs in again.",
          "Type each password in again there, and test the connection.",
        ],
      },
    },
    variables: {
      SUPERSET_ENV: { from: "literal", value: "production" },
      ENABLE_PROXY_FIX: { from: "literal", value: "true" },
      SQLALCHEMY_DATABASE_URI: { from: "databaseUrl", scheme: "postgresql+psycopg2", searchPath: "superset" },
      SUPERSET_SECRET_KEY: { from: "generated", secret: "secret-key" },
      GOOGLE_CLIENT_ID: { from: "secret", secret: "supersetGoogleClientId" },
      GOOGLE_CLIENT_SECRET: { from: "secret", secret: "supersetGoogleClientSecret" },
      SIGN_ON_ALLOWED: { from: "signOnAddresses" },
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
    secretCare: { "nextauth-secret": { afterwards: "Everybody signs in to the MCP coordinator again." } },
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
