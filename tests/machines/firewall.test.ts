import assert from "node:assert/strict";
import { test } from "node:test";
import { type CloudFirewall, type EdgeMachine, renderRules } from "../../sandbox/machines/firewall.ts";

const machine = (id: number, change: Partial<EdgeMachine> = {}): EdgeMachine => ({
  id,
  tags: [],
  vpc: "one",
  publicAddress: `203.0.113.${id}`,
  privateAddress: `10.0.0.${id}`,
  reservedAddress: null,
  ...change,
});
const firewall = (change: Partial<CloudFirewall>): CloudFirewall => ({
  inbound_rules: [],
  outbound_rules: [],
  droplet_ids: [],
  tags: [],
  ...change,
});

/** The rules of one chain, without indentation. */
function chainOf(rules: string, name: string): string[] {
  const body = new RegExp(`chain ${name} \\{\\n([^]*?)\\n  \\}`).exec(rules)?.[1] ?? "no such chain";
  return body
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

test("a machine behind no firewall is open both ways", () => {
  const rules = renderRules([machine(1)], [firewall({ droplet_ids: [2] })]);
  assert.deepEqual(chainOf(rules, "to_1"), []);
  assert.deepEqual(chainOf(rules, "from_1"), []);
});

test("a firewall lets in what a rule of it allows, and nothing else", () => {
  const inbound_rules = [
    { protocol: "tcp", ports: "22", sources: { addresses: ["198.18.0.7", "2001:db8::/32"] } },
    { protocol: "tcp", ports: "8000-8999", sources: { addresses: ["0.0.0.0/0", "::/0"] } },
    { protocol: "udp", ports: "0", sources: { addresses: ["10.0.0.0/8"] } },
    { protocol: "icmp", ports: "0", sources: { addresses: ["0.0.0.0/0"] } },
  ];
  const rules = renderRules([machine(1)], [firewall({ inbound_rules, droplet_ids: [1] })]);
  assert.deepEqual(chainOf(rules, "to_1"), [
    "ip saddr 198.18.0.7 tcp dport 22 return",
    "ip6 saddr 2001:db8::/32 tcp dport 22 return",
    "meta nfproto ipv4 tcp dport 8000-8999 return",
    "meta nfproto ipv6 tcp dport 8000-8999 return",
    "ip saddr 10.0.0.0/8 meta l4proto udp return",
    "meta nfproto ipv4 meta l4proto icmp return",
    "drop",
  ]);
});

test("a firewall without outbound rules lets nothing out but questions to the metadata service", () => {
  const rules = renderRules([machine(1)], [firewall({ droplet_ids: [1] })]);
  assert.deepEqual(chainOf(rules, "from_1"), ["ip daddr 169.254.169.254 tcp dport 80 return", "drop"]);
});

test("firewalls find machines by tag, and several add up", () => {
  const open = (ports: string, tags: string[]) =>
    firewall({ inbound_rules: [{ protocol: "tcp", ports, sources: { addresses: ["0.0.0.0/0"] } }], tags });
  const rules = renderRules(
    [machine(1, { tags: ["web", "db"] })],
    [open("80", ["web"]), open("5432", ["db"])],
  );
  assert.deepEqual(chainOf(rules, "to_1"), [
    "meta nfproto ipv4 tcp dport 80 return",
    "meta nfproto ipv4 tcp dport 5432 return",
    "drop",
  ]);
});

test("a source can be other machines, by tag or number, with all their addresses", () => {
  const sources = { tags: ["web"], droplet_ids: [3] };
  const inbound_rules = [{ protocol: "tcp", ports: "5432", sources }];
  const all = [machine(1), machine(2, { tags: ["web"] }), machine(3, { publicAddress: null }), machine(4)];
  const rules = renderRules(all, [firewall({ inbound_rules, droplet_ids: [1] })]);
  assert.deepEqual(chainOf(rules, "to_1"), [
    "ip saddr 203.0.113.2 tcp dport 5432 return",
    "ip saddr 10.0.0.2 tcp dport 5432 return",
    "ip saddr 10.0.0.3 tcp dport 5432 return",
    "drop",
  ]);
});

test("what leaves by a VPC's interface only arrives in the same VPC", () => {
  const rules = renderRules([machine(1), machine(2), machine(3, { vpc: "two" })], []);
  const between = chainOf(rules, "between");
  assert.ok(between.includes('iifname "vpc1" oifname != { "vpc1", "vpc2" } drop'), rules);
  assert.ok(between.includes('iifname "vpc3" oifname != { "vpc3" } drop'), rules);
});

test("a reserved address leads to the machine that has it", () => {
  const rules = renderRules([machine(1, { reservedAddress: "192.0.2.2" })], []);
  assert.ok(chainOf(rules, "reserved_in").includes("ip daddr 192.0.2.2 dnat ip to 203.0.113.1"), rules);
});
