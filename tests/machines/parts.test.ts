import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePackages } from "../../sandbox/machines/base.ts";
import { parseHierarchies } from "../../sandbox/machines/cgroups.ts";
import { type DropletFacts, metadataAt, metadataDocument } from "../../sandbox/machines/metadata/document.ts";
import { kernelNames, publicEnd } from "../../sandbox/machines/names.ts";
import { hardwareAddress } from "../../sandbox/machines/network.ts";

const facts: DropletFacts = {
  id: 600000001,
  name: "web-1",
  region: "sfo2",
  publicKeys: ["ssh-ed25519 AAAA one", "ssh-ed25519 BBBB two"],
  tags: ["web", "prod"],
  userData: "#cloud-config\n",
  publicInterface: { address: "203.0.113.2", netmask: "255.255.255.0", gateway: "203.0.113.1", mac: "02:01" },
  privateInterface: { address: "10.0.0.2", netmask: "255.255.240.0", gateway: "10.0.0.1", mac: "02:02" },
  reservedAddress: null,
};

test("kernel names follow from the state folder, fit where they go, and tell the machine", () => {
  const names = kernelNames("/tmp/one/.sandbox");
  assert.equal(names.network, kernelNames("/tmp/one/x/../.sandbox").network);
  assert.notEqual(names.network, kernelNames("/tmp/two/.sandbox").network);
  assert.equal(names.machineId(names.machine(527891549)), 527891549);
  assert.equal(names.machineId(names.network), undefined);
  assert.equal(names.machineId(`${kernelNames("/tmp/two").network}-5`), undefined);
  assert.ok(publicEnd(999_999_999_999).length <= 15);
});

test("hardware addresses tell machines and interfaces apart", () => {
  assert.equal(hardwareAddress(527891549, 1), "02:01:1f:76:fc:5d");
  assert.notEqual(hardwareAddress(1, 1), hardwareAddress(1, 2));
});

test("control groups are found in hybrid and in unified systems", () => {
  const hybrid = [
    "30 25 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755",
    "31 30 0:27 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory",
    "32 30 0:28 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct",
    "33 30 0:29 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate",
  ].join("\n");
  const found = parseHierarchies(hybrid);
  assert.equal(found.unified, "/sys/fs/cgroup/unified");
  assert.equal(found.older.memory, "/sys/fs/cgroup/memory");
  assert.equal(found.older.cpu, "/sys/fs/cgroup/cpu,cpuacct");
  const unified = parseHierarchies("33 30 0:29 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw");
  assert.deepEqual(unified, { unified: "/sys/fs/cgroup", older: {} });
  assert.equal(parseHierarchies("").unified, undefined);
});

test("a package list is read without its comments", () => {
  assert.deepEqual(parsePackages("# all\nnginx\n\n  podman # with crun\n"), ["nginx", "podman"]);
});

test("the metadata document has the vendor's fields", () => {
  const document = metadataDocument({ ...facts, reservedAddress: "192.0.2.2" });
  assert.equal(document.droplet_id, 600000001);
  assert.deepEqual(document.public_keys, facts.publicKeys);
  assert.deepEqual(document.reserved_ip, { ipv4: { active: true, ip_address: "192.0.2.2" } });
  const { interfaces } = document as { interfaces: Record<string, unknown[]> };
  const ipv4 = { ip_address: "203.0.113.2", netmask: "255.255.255.0", gateway: "203.0.113.1" };
  assert.deepEqual(interfaces.public, [{ ipv4, mac: "02:01", type: "public" }]);
});

test("metadata is told by path as well: folders list what is in them, and the rest is not there", () => {
  assert.equal(metadataAt(facts, "/id"), "600000001");
  assert.equal(metadataAt(facts, "/user-data"), "#cloud-config\n");
  assert.equal(metadataAt(facts, "/interfaces/public/0/ipv4/address"), "203.0.113.2");
  assert.equal(metadataAt(facts, "/interfaces/"), "public/\nprivate/");
  assert.equal(metadataAt(facts, "/reserved_ip/ipv4/active"), "false");
  assert.equal(metadataAt(facts, "/public-keys"), facts.publicKeys.join("\n"));
  assert.match(metadataAt(facts, "/") ?? "", /^id\nhostname\nuser-data\n/);
  assert.equal(metadataAt({ ...facts, userData: null }, "/user-data"), undefined);
  assert.equal(metadataAt(facts, "/id/more"), undefined);
  assert.equal(metadataAt(facts, "/constructor"), undefined);
});
