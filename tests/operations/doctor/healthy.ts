import { diagnose } from "../../../operations/doctor/diagnose.ts";
import type { Finding } from "../../../operations/doctor/finding.ts";
import { wantedRules } from "../../../operations/doctor/findings/firewall.ts";
import type { HostFacts } from "../../../operations/doctor/gather/host-facts.ts";
import { expectedRecords } from "../../../operations/doctor/gather/names.ts";
import { namesToVisit } from "../../../operations/doctor/gather/served.ts";
import type { ExaminedHost, Gathered } from "../../../operations/doctor/gathered.ts";
import { plainConfiguration } from "../../../operations/plain-configuration.ts";

/** The time of all these tests. */
export const now = Date.parse("2026-11-26T12:00:00Z");
const day = 86_400_000;
const inAYear = now + 365 * day;
const plain = plainConfiguration("prod");
/** Production, with an administrator. */
export const config = {
  ...plain,
  ssh: { ...plain.ssh, administrators: { ana: ["ssh-ed25519 AAAA ana"] } },
};
const addresses = { erp: "192.0.2.10", ocr: "192.0.2.20" };
const apps = { superset: "superset.ondigitalocean.app", mcp: "mcp.ondigitalocean.app" };
const file = "/etc/letsencrypt/live/erp.insightpulseai.net/fullchain.pem";

/** The URN of a resource of these tests. */
export const urnOf = (name: string) => `urn:pulumi:prod::insightpulse::a$b:C::${name}`;

const firewall = { sshFrom: ["0.0.0.0/0", "::/0"], open: [80, 443] };

/** A host that is as it should be. */
function host(key: keyof typeof addresses): ExaminedHost {
  const units = ["nginx.service", "watch.timer", ...(key === "erp" ? ["odoo.service", "n8n.service"] : [])];
  const facts: HostFacts = {
    ...{ time: now / 1000, aheadSeconds: 0, clock: "kept" },
    disks: [{ folder: "/", usedBytes: 50, usableBytes: 100, inodesPercent: 10 }],
    memory: {
      ...{ usedPercent: 50, pressurePercent: 0 },
      largest: { unit: "odoo.service", bytes: 900 * 2 ** 20 },
    },
    certificates: [
      { file, servedAs: "erp", served: "aa", onDisk: "aa", ends: inAYear / 1000, problem: null },
    ],
    firewall: { active: true, incoming: "deny", rules: wantedRules(firewall) },
    units: Object.fromEntries(units.map((name) => [name, "active"])),
    failed: [],
    listeners: [22, 80, 443].map((port) => ({
      ...{ protocol: "tcp", port, program: "nginx", process: 1, unit: "nginx.service", startsAtBoot: true },
    })),
    provenBackup: key === "erp" ? { time: "2026-11-26T02:00:00Z" } : null,
    database: [{ host: "pooler", port: 5432, wrong: null }],
  };
  return {
    ...{ key, address: addresses[key], urn: urnOf(`host-${key}-convergence-apply`) },
    declared: {
      units: units.map((name) => ({ name, enabled: true })),
      files: ["/etc/systemd/system/backup.service"],
      firewall,
    },
    facts: { answer: facts },
    drift: { answer: [] },
    ports: [22, 80, 443, 5678, 6379].map((port) => ({ port, isOpen: port < 1000 })),
  };
}

const resolvers = [
  { name: "ns1.digitalocean.com", addresses: ["192.0.2.53"], kind: "zone" },
  { name: "1.1.1.1", addresses: ["1.1.1.1"], kind: "public" },
] as const;

/** A platform at which nothing is to be found. */
export const healthy: Gathered = {
  ...{ config, now },
  hosts: [host("erp"), host("ocr")],
  state: { answer: [{ name: "dns-n8n", urn: urnOf("dns-n8n") }] },
  names: resolvers.flatMap((resolver) =>
    expectedRecords(config, { addresses, apps }).map((record) => ({
      ...{ ...record, resolver, values: [record.expected] },
    })),
  ),
  served: namesToVisit(config).map((one) => ({
    ...one,
    seen: { answer: { fingerprint: "aa", begins: now - 60 * day, ends: inAYear, distrusted: null } },
  })),
  services: config.resolvedServices.map(({ name }) => ({ service: name, healthy: true })),
  cloud: { answer: [] },
  locks: { answer: [] },
  secrets: [
    { name: "odoo", age: { days: 10, source: "state", limit: 180, overdue: false } },
    { name: "slackWebhookUrl", age: { days: null, source: "unknown", limit: 365, overdue: false } },
  ],
  redirects: { answer: [] },
  kits: {
    answer: {
      places: [
        { bucket: "backups", region: "nyc3", hasNewest: true },
        { bucket: "backups-second", region: "sfo3", hasNewest: true },
      ],
      newest: {
        name: "kit/prod/kits/newest",
        takenAt: now - 3 * day,
        contents: { answer: { changed: [], lacks: [] } },
      },
    },
  },
};

/** What is found when this differs from a healthy platform. */
export function found(change: Partial<Gathered>): Finding[] {
  return diagnose({ ...healthy, ...change });
}

/** What is found when facts of the host `erp` differ. */
export function foundOn(facts: Partial<HostFacts>, rest: Partial<ExaminedHost> = {}): Finding[] {
  return found({ hosts: hostsWith(facts, rest) });
}

/** The healthy hosts, with other facts of `erp`. */
export function hostsWith(facts: Partial<HostFacts>, rest: Partial<ExaminedHost> = {}): ExaminedHost[] {
  return healthy.hosts.map((one) =>
    one.key !== "erp" || !("answer" in one.facts)
      ? one
      : { ...one, facts: { answer: { ...one.facts.answer, ...facts } }, ...rest },
  );
}

/** Shorter than findings, to compare: kind, what, where, and the commands. */
export function told(findings: readonly Finding[]): string[][] {
  return findings.map(({ kind, what, where, fix }) => [kind, what, where, ...fix]);
}

/** What an administrator types on the host `erp`. */
export const onErp = (command: string) => `ssh ana@192.0.2.10 'sudo ${command}'`;

/** What converges the host `erp` once more. */
export const convergeErp = `pulumi up --stack prod --replace '${urnOf("host-erp-convergence-apply")}'`;
