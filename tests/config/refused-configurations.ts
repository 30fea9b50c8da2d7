/** What is edited, and what must be said about it. */
export interface Refusal {
  readonly name: string;
  readonly stack?: string;
  readonly edits: Readonly<Record<string, unknown>>;
  readonly path: string;
  readonly says: RegExp;
  readonly allowed?: RegExp;
}

/** Configurations that must be refused, each for one reason. */
export const refusals: readonly Refusal[] = [
  { name: "an unknown section", edits: { dnss: {} }, path: "dnss", says: /not a key/, allowed: /dns/ },
  {
    name: "an unknown key deep inside",
    edits: { "hosts.erp.sise": "x" },
    path: "hosts.erp.sise",
    says: /not a key/,
    allowed: /^name, region, size, .*ipv6$/,
  },
  {
    name: "an unknown key in one of several forms",
    edits: { "dns.cloudflare": { zoneId: "z", zone: "z" } },
    path: "dns.cloudflare.zone",
    says: /not a key/,
    allowed: /^zoneId$/,
  },
  {
    name: "a missing key",
    edits: { "hosts.erp.size": undefined },
    path: "hosts.erp.size",
    says: /is missing/,
  },
  {
    name: "an unknown region",
    edits: { "hosts.erp.region": "sfo9" },
    path: "hosts.erp.region",
    says: /"sfo9" is not/,
    allowed: /sfo3/,
  },
  {
    name: "a region without a network",
    edits: { "hosts.erp.region": "fra1" },
    path: "networks.fra1",
    says: /is missing/,
  },
  {
    name: "overlapping networks",
    edits: { "networks.sgp1.ipRange": "10.120.8.0/24" },
    path: "networks.sgp1.ipRange",
    says: /overlaps 10\.120\.0\.0\/20/,
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
    name: "a size on which the services do not fit",
    edits: { "hosts.erp.size": "s-1vcpu-1gb" },
    path: "hosts.erp.size",
    says: /1024 MiB of memory and 2048 MiB of swap, but the services of erp need 3840 MiB \(odoo 1536, mattermost 768, n8n 1024, the system 512\)/,
    allowed: /fewer services/,
  },
  {
    name: "a host service's image with a moving tag",
    edits: { "services.odoo.image": { registryType: "DOCKER_HUB", repository: "odoo", tag: "latest" } },
    path: "services.odoo.image.tag",
    says: /moving tag/,
  },
  {
    name: "an unknown size",
    edits: { "hosts.erp.size": "s-3vcpu-5gb" },
    path: "hosts.erp.size",
    says: /"s-3vcpu-5gb" is not a droplet size/,
    allowed: /s-2vcpu-4gb/,
  },
  {
    name: "a size not sold in the region",
    edits: { "hosts.ocr.size": "gpu-l40sx1-48gb", "hosts.ocr.accelerator": "gpu" },
    path: "hosts.ocr.size",
    says: /is not sold in sgp1/,
    allowed: /tor1/,
  },
  {
    name: "a GPU where the size has none",
    edits: { "hosts.ocr.accelerator": "gpu" },
    path: "hosts.ocr.accelerator",
    says: /s-4vcpu-8gb in sgp1 has no GPU/,
    allowed: /gpu-4000adax1-20gb in tor1/,
  },
  {
    name: "a GPU paid for but not used",
    edits: {
      "hosts.ocr.size": "gpu-4000adax1-20gb",
      "hosts.ocr.region": "tor1",
      "networks.tor1": { name: "tor1", ipRange: "10.130.0.0/20" },
    },
    path: "hosts.ocr.accelerator",
    says: /is paid for its RTX 4000 Ada/,
  },
  {
    name: "a disk smaller than the size's",
    edits: { "hosts.erp.diskGib": 40 },
    path: "hosts.erp.diskGib",
    says: /less than the 80 GiB/,
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
    name: "an image with neither",
    edits: { "services.superset.image": { registryType: "DOCR", repository: "superset" } },
    path: "services.superset.image",
    says: /neither/,
  },
  {
    name: "a TTL under DigitalOcean's minimum",
    edits: { "dns.ttlSeconds": 20 },
    path: "dns.ttlSeconds",
    says: /20 is outside/,
    allowed: /30 to 86400/,
  },
  {
    name: "a TTL under Cloudflare's minimum",
    edits: { "dns.provider": "cloudflare", "dns.cloudflare": { zoneId: "z" }, "dns.ttlSeconds": 59 },
    path: "dns.ttlSeconds",
    says: /59 is outside what cloudflare/,
    allowed: /60 to 86400/,
  },
  {
    name: "Cloudflare without a zone",
    edits: { "dns.provider": "cloudflare" },
    path: "dns.cloudflare",
    says: /is missing/,
  },
  {
    name: "an extra record on a service's name",
    edits: { "dns.extraRecords": [{ name: "chat", type: "TXT", value: "x" }] },
    path: "dns.extraRecords[0]",
    says: /already the name of the service mattermost/,
  },
  {
    name: "an MX without priority",
    edits: { "dns.extraRecords": [{ name: "mail", type: "MX", value: "mx.example.com" }] },
    path: "dns.extraRecords[0].priority",
    says: /is missing/,
  },
  {
    name: "us-east-1",
    edits: { "backup.region": "us-east-1" },
    path: "backup.region",
    says: /Amazon's/,
    allowed: /nyc3/,
  },
  {
    name: "a backup region without Spaces",
    edits: { "backup.secondRegion": "nyc1" },
    path: "backup.secondRegion",
    says: /"nyc1" has no Spaces/,
  },
  {
    name: "both copies in one region",
    edits: { "backup.secondRegion": "nyc3" },
    path: "backup.secondRegion",
    says: /would take both/,
  },
  {
    name: "a registry where none can be",
    edits: { "registry.region": "tor1" },
    path: "registry.region",
    says: /no container registries/,
  },
  {
    name: "SSH open to the world in prod without saying why",
    edits: { "ssh.openToWorldBecause": undefined },
    path: "ssh.allowFrom[0]",
    says: /opens SSH of production to the whole world/,
  },
  {
    name: "SSH open over IPv6 alone",
    edits: { "ssh.openToWorldBecause": undefined, "ssh.allowFrom": ["198.51.100.7/32", "::/0"] },
    path: "ssh.allowFrom[1]",
    says: /"::\/0" opens SSH/,
  },
  {
    name: "an address that is no range",
    edits: { "ssh.allowFrom": ["office"] },
    path: "ssh.allowFrom.0",
    says: /"office" is not allowed/,
    allowed: /198\.51\.100\.7\/32/,
  },
  {
    name: "unprotected data in prod",
    edits: { protectData: false },
    path: "protectData",
    says: /not allowed in prod/,
  },
  {
    name: "another environment's file",
    edits: { environment: "staging" },
    path: "environment",
    says: /not the stack that is selected/,
  },
  {
    name: "an id for something that is not declared",
    edits: { "adopt.hosts.third": "1" },
    path: "adopt.hosts.third",
    says: /names nothing/,
  },
  {
    name: "adopting a registry that is only used",
    edits: { "registry.managed": false },
    path: "adopt.registry",
    says: /only uses/,
  },
  {
    name: "an unknown Odoo connection",
    edits: { "database.odooConnection": "direct" },
    path: "database.odooConnection",
    says: /"direct" is not allowed/,
    allowed: /session, transaction/,
  },
];
