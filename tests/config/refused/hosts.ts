import type { Refusal } from "./refusal.ts";

const publicKey = `ssh-ed25519 ${"A".repeat(68)}`;

/** What must be refused of hosts, their networks, and who enters them, each for one reason. */
export const hostsRefusals: readonly Refusal[] = [
  {
    name: "an unknown key deep inside",
    edits: { "hosts.erp.sise": "x" },
    path: "hosts.erp.sise",
    says: /not a key/,
    allowed: /^name, region, size, .*ipv6$/,
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
    name: "a word in the place of convergeHosts",
    edits: { convergeHosts: "sometimes" },
    path: "convergeHosts",
    says: /"sometimes" is not allowed/,
    allowed: /boolean/,
  },
  {
    name: "an adoption user that would be more than a name",
    edits: { "ssh.adoptionUser": "root; reboot" },
    path: "ssh.adoptionUser",
    says: /"root; reboot" is not allowed/,
    allowed: /a user's name/,
  },
  {
    name: "a size on which the services do not fit",
    edits: { "hosts.erp.size": "s-1vcpu-1gb" },
    path: "hosts.erp.size",
    says: /1024 MiB of memory and 2048 MiB of swap, but the services of erp need 3840 MiB \(odoo 1536, mattermost 768, n8n 1024, the system 512\)/,
    allowed: /fewer services/,
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
    edits: {
      "hosts.ocr.size": "gpu-l40sx1-48gb",
      "hosts.ocr.accelerator": "gpu",
      "budget.acceptedUsd": 2000,
    },
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
      "budget.acceptedUsd": 2000,
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
    name: "SSH open to the world without saying why",
    edits: { "ssh.openToWorldBecause": undefined },
    path: "ssh.allowFrom[0]",
    says: /opens SSH of prod to the whole world/,
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
    name: "an administrator who is the deploy user",
    edits: { "ssh.administrators": { deploy: [publicKey] } },
    path: "ssh.administrators.deploy",
    says: /"deploy" is the name of a user or a group that no person is/,
    allowed: /any other name/,
  },
  {
    name: "an administrator who is a service",
    edits: { "ssh.administrators": { "svc-odoo": [publicKey] } },
    path: "ssh.administrators.svc-odoo",
    says: /no person/,
  },
  {
    name: "an administrator's key with options of sshd's before it",
    edits: { "ssh.administrators": { admin: [`command="id" ${publicKey}`] } },
    path: "ssh.administrators.admin.0",
    says: /is not allowed/,
    allowed: /an OpenSSH public key, one line/,
  },
  {
    name: "an administrator's key of two lines",
    edits: { "ssh.administrators": { admin: [`${publicKey} admin\n${publicKey}`] } },
    path: "ssh.administrators.admin.0",
    says: /is not allowed/,
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
];
