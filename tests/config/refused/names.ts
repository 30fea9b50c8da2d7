import type { Refusal } from "./refusal.ts";

/** What must be refused of names, and who may sign in, each for one reason. */
export const namesRefusals: readonly Refusal[] = [
  {
    name: "nobody who may sign in",
    edits: { signOn: {} },
    path: "signOn",
    says: /nobody that he may sign in, and mattermost and n8n would be closed/,
    allowed: /emailDomains and signOn\.emails/,
  },
  {
    name: "nobody who may sign in to Superset",
    stack: "staging",
    edits: { signOn: {}, convergeHosts: false },
    path: "signOn",
    says: /nobody that he may sign in, and superset would be closed/,
  },
  {
    name: "everybody who may sign in",
    edits: { "signOn.emailDomains": ["insightpulseai.com", "gmail.com"] },
    path: "signOn.emailDomains[1]",
    says: /"gmail\.com" gives an address to everybody/,
    allowed: /signOn\.emails/,
  },
  {
    name: "anybody at all",
    edits: { "signOn.emailDomains": ["*"] },
    path: "signOn.emailDomains.0",
    says: /"\*"/,
    allowed: /domain name/,
  },
  {
    name: "an unknown key in one of several forms",
    edits: { "dns.cloudflare": { zoneId: "z", zone: "z" } },
    path: "dns.cloudflare.zone",
    says: /not a key/,
    allowed: /^zoneId$/,
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
    name: "Cloudflare beside another, without a zone",
    edits: { "dns.alsoServe": ["cloudflare"] },
    path: "dns.cloudflare",
    says: /is missing/,
    allowed: /zoneId .*accountId/,
  },
  {
    name: "a TTL too short for one of two who hold the records",
    edits: { "dns.alsoServe": ["cloudflare"], "dns.cloudflare": { zoneId: "z" }, "dns.ttlSeconds": 59 },
    path: "dns.ttlSeconds",
    says: /59 is outside what cloudflare/,
  },
  {
    name: "the DNS provider a second time",
    edits: { "dns.alsoServe": ["digitalocean"] },
    path: "dns.alsoServe[0]",
    says: /it is dns\.provider/,
  },
  {
    name: "somebody holding the records twice",
    edits: { "dns.alsoServe": ["cloudflare", "cloudflare"], "dns.cloudflare": { zoneId: "z" } },
    path: "dns.alsoServe[1]",
    says: /"cloudflare" already holds the records\./,
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
];
