import type { Fields } from "../../../sandbox/providers/framework/values.ts";
import type { JsonObject } from "../../../sandbox/providers/framework/wire.ts";

/** One resource: what is declared, what the API is asked and answers, and what comes out. */
export interface Case {
  type: string;
  declared: Fields;
  collection: string;
  envelope: string;
  /** What the API answers. */
  answer: JsonObject;
  id: string;
  posted: JsonObject;
  /** Undefined when the resource has no PUT. */
  put?: JsonObject;
  outputs: Fields;
  importId?: string;
}

const notifications = { emails: ["a@b.c"], slacks: [{ channel: "ops", url: "https://hooks.example" }] };
const told = { email: ["a@b.c"], slack: [{ channel: "ops", url: "https://hooks.example" }] };

/** Every resource that is an object of a collection. */
export const cases: Case[] = [
  {
    type: "Vpc",
    declared: { name: "net", region: "sfo2", ipRange: "10.9.0.0/24" },
    collection: "/v2/vpcs",
    envelope: "vpc",
    answer: {
      id: "v1",
      name: "net",
      region: "sfo2",
      ip_range: "10.9.0.0/24",
      default: false,
      urn: "do:vpc:v1",
      description: "",
      created_at: "2025-11-03T01:02:03Z",
    },
    id: "v1",
    posted: { name: "net", region: "sfo2", ip_range: "10.9.0.0/24" },
    put: { name: "net", description: "", default: false },
    outputs: { vpcUrn: "do:vpc:v1", default: false, createdAt: "2025-11-03 01:02:03 +0000 UTC" },
    importId: "v1",
  },
  {
    type: "Firewall",
    declared: {
      name: "fw",
      tags: ["erp"],
      inboundRules: [
        { protocol: "tcp", portRange: "22", sourceAddresses: ["192.0.2.0/24"], sourceTags: ["erp"] },
      ],
      outboundRules: [{ protocol: "icmp", destinationAddresses: ["0.0.0.0/0"] }],
    },
    collection: "/v2/firewalls",
    envelope: "firewall",
    answer: {
      id: "f1",
      name: "fw",
      status: "succeeded",
      created_at: "now",
      pending_changes: [],
      droplet_ids: [],
      tags: ["erp"],
      inbound_rules: [
        { protocol: "tcp", ports: "22", sources: { addresses: ["192.0.2.0/24"], tags: ["erp"] } },
      ],
      outbound_rules: [{ protocol: "icmp", ports: "0", destinations: { addresses: ["0.0.0.0/0"] } }],
    },
    id: "f1",
    posted: {
      name: "fw",
      droplet_ids: [],
      tags: ["erp"],
      inbound_rules: [
        { protocol: "tcp", ports: "22", sources: { addresses: ["192.0.2.0/24"], tags: ["erp"] } },
      ],
      outbound_rules: [{ protocol: "icmp", destinations: { addresses: ["0.0.0.0/0"] } }],
    },
    put: {
      name: "fw",
      droplet_ids: [],
      tags: ["erp"],
      inbound_rules: [
        { protocol: "tcp", ports: "22", sources: { addresses: ["192.0.2.0/24"], tags: ["erp"] } },
      ],
      outbound_rules: [{ protocol: "icmp", destinations: { addresses: ["0.0.0.0/0"] } }],
    },
    outputs: { status: "succeeded", createdAt: "now", pendingChanges: [] },
    importId: "f1",
  },
  {
    type: "Domain",
    declared: { name: "example.com" },
    collection: "/v2/domains",
    envelope: "domain",
    answer: { name: "example.com", ttl: 1800 },
    id: "example.com",
    posted: { name: "example.com" },
    outputs: { domainUrn: "do:domain:example.com", ttl: 1800 },
    importId: "example.com",
  },
  {
    type: "DnsRecord",
    declared: { domain: "example.com", type: "CNAME", name: "www", value: "erp.example.com.", ttl: 60 },
    collection: "/v2/domains/example.com/records",
    envelope: "domain_record",
    answer: {
      id: 7,
      type: "CNAME",
      name: "www",
      data: "erp.example.com",
      ttl: 60,
      priority: null,
      port: null,
    },
    id: "7",
    posted: { type: "CNAME", name: "www", data: "erp.example.com.", ttl: 60 },
    put: { type: "CNAME", name: "www", data: "erp.example.com.", ttl: 60 },
    outputs: { fqdn: "www.example.com" },
    importId: "example.com,7",
  },
  {
    type: "SshKey",
    declared: { name: "deploy", publicKey: "ssh-ed25519 AAAA\n" },
    collection: "/v2/account/keys",
    envelope: "ssh_key",
    answer: { id: 5, name: "deploy", public_key: "ssh-ed25519 AAAA", fingerprint: "aa:bb" },
    id: "5",
    posted: { name: "deploy", public_key: "ssh-ed25519 AAAA\n" },
    put: { name: "deploy" },
    outputs: { fingerprint: "aa:bb" },
    importId: "5",
  },
  {
    type: "Tag",
    declared: { name: "erp" },
    collection: "/v2/tags",
    envelope: "tag",
    answer: { name: "erp", resources: { count: 3, droplets: { count: 2 }, volumes: { count: 1 } } },
    id: "erp",
    posted: { name: "erp" },
    outputs: {
      totalResourceCount: 3,
      dropletsCount: 2,
      volumesCount: 1,
      imagesCount: 0,
      volumeSnapshotsCount: 0,
      databasesCount: 0,
    },
    importId: "erp",
  },
  {
    type: "UptimeCheck",
    declared: { name: "erp", target: "https://erp.example.com", regions: ["us_east"] },
    collection: "/v2/uptime/checks",
    envelope: "check",
    answer: {
      id: "c1",
      name: "erp",
      target: "https://erp.example.com",
      type: "https",
      regions: ["us_east"],
      enabled: true,
    },
    id: "c1",
    posted: {
      name: "erp",
      target: "https://erp.example.com",
      type: "https",
      regions: ["us_east"],
      enabled: true,
    },
    put: {
      name: "erp",
      target: "https://erp.example.com",
      type: "https",
      regions: ["us_east"],
      enabled: true,
    },
    outputs: {},
    importId: "c1",
  },
  {
    type: "UptimeAlert",
    declared: { checkId: "c1", name: "down", type: "down", period: "2m", notifications: [notifications] },
    collection: "/v2/uptime/checks/c1/alerts",
    envelope: "alert",
    answer: {
      id: "a1",
      name: "down",
      type: "down",
      period: "2m",
      notifications: told,
      threshold: 0,
      comparison: "",
    },
    id: "a1",
    posted: { name: "down", type: "down", period: "2m", notifications: told },
    put: { name: "down", type: "down", period: "2m", notifications: told },
    outputs: {},
    importId: "c1,a1",
  },
  {
    type: "MonitorAlert",
    declared: {
      description: "CPU",
      type: "v1/insights/droplet/cpu",
      compare: "GreaterThan",
      value: 80,
      window: "5m",
      alerts: notifications,
      entities: ["12"],
    },
    collection: "/v2/monitoring/alerts",
    envelope: "policy",
    answer: {
      uuid: "m1",
      description: "CPU",
      type: "v1/insights/droplet/cpu",
      compare: "GreaterThan",
      value: 80,
      window: "5m",
      alerts: told,
      entities: ["12"],
      tags: [],
      enabled: true,
    },
    id: "m1",
    posted: {
      description: "CPU",
      type: "v1/insights/droplet/cpu",
      compare: "GreaterThan",
      value: 80,
      window: "5m",
      alerts: told,
      entities: ["12"],
      tags: [],
      enabled: true,
    },
    put: {
      description: "CPU",
      type: "v1/insights/droplet/cpu",
      compare: "GreaterThan",
      value: 80,
      window: "5m",
      alerts: told,
      entities: ["12"],
      tags: [],
      enabled: true,
    },
    // The id is the UUID; the output of that name stays empty.
    outputs: { uuid: undefined },
    importId: "m1",
  },
  {
    type: "SpacesKey",
    declared: { name: "writer", grants: [{ bucket: "backups", permission: "readwrite" }] },
    collection: "/v2/spaces/keys",
    envelope: "key",
    answer: {
      name: "writer",
      access_key: "DO00",
      secret_key: "s3cr3t",
      created_at: "now",
      grants: [{ bucket: "backups", permission: "readwrite" }],
    },
    id: "DO00",
    posted: { name: "writer", grants: [{ bucket: "backups", permission: "readwrite" }] },
    put: { name: "writer", grants: [{ bucket: "backups", permission: "readwrite" }] },
    outputs: { accessKey: "DO00", secretKey: "s3cr3t", createdAt: "now" },
  },
];
