import type { Refusal } from "./refusal.ts";

/** What must be refused of the services, their images and Odoo's modules, each for one reason. */
export const servicesRefusals: readonly Refusal[] = [
  {
    name: "a service on the port of the sign-on proxy",
    edits: { "services.n8n.port": 4180 },
    path: "services.n8n.port",
    says: /4180 on host erp is already the port of the sign-on proxy/,
  },
  {
    name: "addons at a branch, which moves",
    edits: {
      "odoo.addons": { repository: "https://github.com/jgtolentino/insightpulse-odoo", commit: "main" },
    },
    path: "odoo.addons.commit",
    says: /"main" is not allowed/,
    allowed: /40 hexadecimal digits/,
  },
  {
    name: "a host service's image with a moving tag",
    edits: { "services.odoo.image": { registryType: "DOCKER_HUB", repository: "odoo", tag: "latest" } },
    path: "services.odoo.image.tag",
    says: /moving tag/,
  },
  {
    name: "an image of Docker Hub whose owner stands in its name",
    edits: { "services.odoo.image": { registryType: "DOCKER_HUB", repository: "someone/odoo", tag: "18.0" } },
    path: "services.odoo.image.repository",
    says: /"someone\/odoo" has its owner in it/,
    allowed: /as services\.odoo\.image\.registry/,
  },
  {
    name: "two services on one host name",
    edits: { "services.n8n.subdomain": "chat" },
    path: "services.n8n.subdomain",
    says: /already the name of mattermost/,
  },
  {
    name: "a service on the zone's own name",
    edits: { "services.n8n.subdomain": "www" },
    path: "services.n8n.subdomain",
    says: /already the name of the zone itself/,
  },
  {
    name: "two services on one port",
    edits: { "services.n8n.port": 8065 },
    path: "services.n8n.port",
    says: /8065 on host erp is already the port of mattermost/,
  },
  {
    name: "a port that another service's second port takes",
    edits: { "services.n8n.port": 8072 },
    path: "services.n8n.port",
    says: /already the port of odoo/,
  },
  {
    name: "a port that another service's next release takes while it is deployed",
    edits: { "services.n8n.port": 18065 },
    path: "services.n8n.port",
    says: /18065 on host erp is already the port of mattermost/,
  },
  {
    name: "a service that does not exist",
    edits: { "services.gitea": {} },
    path: "services.gitea",
    says: /not a service/,
    allowed: /n8n/,
  },
  {
    name: "a host that does not exist",
    edits: { "services.n8n.host": "third" },
    path: "services.n8n.host",
    says: /"third" is not a host/,
    allowed: /erp, ocr/,
  },
  {
    name: "a host for an app",
    edits: { "services.mcp.host": "erp" },
    path: "services.mcp.host",
    says: /does not run on a host/,
  },
  {
    name: "two apps of one name",
    edits: { "services.mcp.appName": "superset" },
    path: "services.mcp.appName",
    says: /already the app of superset/,
  },
  {
    name: "an unknown app size",
    edits: { "services.mcp.size": "basic-xxs" },
    path: "services.mcp.size",
    says: /not an App Platform size/,
  },
  {
    name: "an app size that does not hold it",
    edits: { "services.superset.size": "apps-s-1vcpu-0.5gb" },
    path: "services.superset.size",
    says: /does not live in less than 1024/,
    allowed: /apps-s-1vcpu-1gb \(\$12\)/,
  },
  {
    name: "a datacentre as app region",
    edits: { "services.mcp.appRegion": "sfo2" },
    path: "services.mcp.appRegion",
    says: /whose words have no number/,
  },
  {
    name: "a moving image tag",
    edits: {
      "services.superset.image": {
        registryType: "DOCKER_HUB",
        registry: "apache",
        repository: "superset",
        tag: "latest",
      },
    },
    path: "services.superset.image.tag",
    says: /moving tag/,
  },
  {
    name: "an image with tag and digest",
    edits: {
      "services.superset.image": {
        registryType: "DOCR",
        repository: "superset",
        tag: "1",
        digest: `sha256:${"0".repeat(64)}`,
      },
    },
    path: "services.superset.image",
    says: /both a tag and a digest/,
  },
  {
    name: "an app that would be moved from a host",
    edits: { "services.superset.awaitsMove": true },
    path: "services.superset.awaitsMove",
    says: /does not run on a host/,
  },
  {
    name: "an image with neither",
    edits: { "services.superset.image": { registryType: "DOCR", repository: "superset" } },
    path: "services.superset.image",
    says: /neither/,
  },
  {
    name: "a plain value in a secret variable's place",
    edits: { "services.superset.variables": { SUPERSET_SECRET_KEY: "sample" } },
    path: "services.superset.variables.SUPERSET_SECRET_KEY",
    says: /a secret that the stack makes itself/,
    allowed: /^SUPERSET_ENV, ENABLE_PROXY_FIX, SIGN_ON_ALLOWED, names/,
  },
  {
    name: "a service left out whose address an app is given",
    edits: { "services.n8n": { enabled: false } },
    path: "services.mcp.variables.N8N_URL",
    says: /is the address of n8n, which services\.n8n\.enabled leaves out/,
    allowed: /another address/,
  },
  {
    name: "a variable of a service that is no app",
    edits: { "services.n8n.variables": { LOG_LEVEL: "debug" } },
    path: "services.n8n.variables.LOG_LEVEL",
    says: /n8n is no app/,
  },
  {
    name: "a registry where none can be",
    edits: { "registry.region": "tor1" },
    path: "registry.region",
    says: /no container registries/,
  },
  {
    name: "more repositories than the registry's tier holds",
    edits: { "services.superset.specification": "managed" },
    path: "registry.tier",
    says: /^"starter" holds 1, and the services come from 2 repositories of it: ocr-service, superset\.$/,
    allowed: /^basic \(\$5\.00 a month\), professional/,
  },
];
