import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Json, refused, startCloud, type TestCloud } from "./support.ts";

const SMALL = { region: "sgp1", size: "s-1vcpu-1gb", image: "ubuntu-24-04-x64" };
const ANYWHERE = { addresses: ["0.0.0.0/0", "::/0"] };

describe("networks, addresses and firewalls", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud?.dispose());

  async function droplet(name: string, settings: object = {}): Promise<Json> {
    const { id } = await cloud.make("/droplets", "droplet", { name, ...SMALL, ...settings });
    return (await cloud.eventually(`/droplets/${id}`, (body) => body.droplet.status === "active")).droplet;
  }

  test("a VPC takes a range of its own, or one that is picked", async () => {
    const chosen = await cloud.make("/vpcs", "vpc", {
      name: "chosen",
      region: "sgp1",
      ip_range: "10.10.0.0/16",
    });
    assert.equal(chosen.urn, `do:vpc:${chosen.id}`);
    const picked = await cloud.make("/vpcs", "vpc", { name: "picked", region: "sgp1" });
    assert.match(picked.ip_range, /\/20$/);
    const changed = await cloud.api("PATCH", `/vpcs/${picked.id}`, { description: "words" });
    assert.deepEqual([changed.body.vpc.name, changed.body.vpc.description], ["picked", "words"]);
    for (const [body, words] of [
      [{ name: "overlapping", region: "sgp1", ip_range: "10.10.16.0/20" }, /overlaps/],
      [{ name: "public", region: "sgp1", ip_range: "8.8.0.0/16" }, /must be in/],
      [{ name: "huge", region: "sgp1", ip_range: "10.0.0.0/8" }, /between/],
      [{ name: "crooked", region: "sgp1", ip_range: "10.99.0.1/16" }, /CIDR/],
      [{ name: "chosen", region: "nyc3" }, /same name/],
      [{ name: "nowhere", region: "nowhere" }, /region/],
      [{ name: "extra", region: "nyc3", colour: "red" }, /colour: unknown field/],
    ] as const) {
      refused(await cloud.api("POST", "/vpcs", body), 422, "unprocessable_entity", words);
    }
  });

  test("a VPC with members and a default VPC stay", async () => {
    const vpc = await cloud.make("/vpcs", "vpc", { name: "lived-in", region: "sgp1" });
    const inside = await droplet("member", { vpc_uuid: vpc.id });
    const { members } = (await cloud.api("GET", `/vpcs/${vpc.id}/members`)).body;
    assert.equal(members[0].urn, `do:droplet:${inside.id}`);
    refused(await cloud.api("DELETE", `/vpcs/${vpc.id}`), 403, "forbidden", /members/);
    await cloud.api("DELETE", `/droplets/${inside.id}`);
    assert.equal((await cloud.api("DELETE", `/vpcs/${vpc.id}`)).status, 204);
    const other = await droplet("in-default");
    refused(await cloud.api("DELETE", `/vpcs/${other.vpc_uuid}`), 403, "forbidden", /default/);
    await cloud.api("DELETE", `/droplets/${other.id}`);
  });

  test("a VPC of another region is refused", async () => {
    const vpc = await cloud.make("/vpcs", "vpc", { name: "far-away", region: "fra1" });
    const answer = await cloud.api("POST", "/droplets", { name: "d", ...SMALL, vpc_uuid: vpc.id });
    refused(answer, 422, "unprocessable_entity", /same region/);
  });

  test("a reserved IP moves between droplets of its region and outlives them", async () => {
    const [one, two] = [await droplet("one"), await droplet("two")];
    const far = await droplet("far", { region: "fra1" });
    const { ip } = await cloud.make("/reserved_ips", "reserved_ip", { region: "sgp1" });
    assert.match(ip, /^192\.0\.2\./);
    const act = async (action: object) => {
      const { id } = await cloud.make(`/reserved_ips/${ip}/actions`, "action", action);
      await cloud.eventually(
        `/reserved_ips/${ip}/actions/${id}`,
        (body) => body.action.status === "completed",
      );
      return (await cloud.api("GET", `/reserved_ips/${ip}`)).body.reserved_ip;
    };
    assert.equal((await act({ type: "assign", droplet_id: one.id })).droplet.id, one.id);
    assert.equal((await act({ type: "assign", droplet_id: two.id })).droplet.id, two.id);
    const actions = `/reserved_ips/${ip}/actions`;
    refused(
      await cloud.api("POST", actions, { type: "assign", droplet_id: far.id }),
      422,
      "unprocessable_entity",
      /same region/,
    );
    refused(
      await cloud.api("POST", actions, { type: "assign", droplet_id: two.id }),
      422,
      "unprocessable_entity",
      /already/,
    );
    await cloud.api("DELETE", `/droplets/${two.id}`);
    assert.equal((await cloud.api("GET", `/reserved_ips/${ip}`)).body.reserved_ip.droplet, null);
    refused(
      await cloud.api("POST", actions, { type: "unassign" }),
      422,
      "unprocessable_entity",
      /not assigned/,
    );
    assert.equal((await cloud.api("DELETE", `/reserved_ips/${ip}`)).status, 204);
    const direct = await cloud.api("POST", "/reserved_ips", { droplet_id: one.id });
    assert.equal(direct.status, 202);
    for (let index = 0; index < 2; index += 1)
      await cloud.make("/reserved_ips", "reserved_ip", { region: "nyc3" });
    refused(
      await cloud.api("POST", "/reserved_ips", { region: "nyc3" }),
      422,
      "unprocessable_entity",
      /limit/,
    );
    for (const left of [one, far]) await cloud.api("DELETE", `/droplets/${left.id}`);
  });

  const web = { protocol: "tcp", ports: "443", sources: ANYWHERE };
  const out = { protocol: "tcp", ports: "all", destinations: ANYWHERE };

  test("a firewall keeps its rules, and says 0 for all ports", async () => {
    await cloud.make("/tags", "tag", { name: "web" });
    const ping = { protocol: "icmp", sources: ANYWHERE };
    const body = {
      name: "edge",
      inbound_rules: [web, ping],
      outbound_rules: [out],
      droplet_ids: null,
      tags: ["web"],
    };
    const { status, body: made } = await cloud.api("POST", "/firewalls", body);
    assert.equal(status, 202);
    assert.deepEqual(
      made.firewall.inbound_rules.map((rule: Json) => rule.ports),
      ["443", "0"],
    );
    assert.equal(made.firewall.outbound_rules[0].ports, "0");
    const path = `/firewalls/${made.firewall.id}`;
    const changed = await cloud.api("PUT", path, { ...body, inbound_rules: [web] });
    assert.equal(changed.body.firewall.inbound_rules.length, 1);
    refused(await cloud.api("POST", "/firewalls", body), 409, "conflict", /duplicate name/);
    assert.equal((await cloud.api("DELETE", path)).status, 204);
    refused(await cloud.api("GET", path), 404, "not_found", /./);
  });

  const refusals: [string, object, RegExp][] = [
    ["no rule at all", { inbound_rules: [], outbound_rules: [] }, /at least one/],
    ["TCP without ports", { inbound_rules: [{ protocol: "tcp", sources: ANYWHERE }] }, /ports/],
    ["ports beyond the last", { inbound_rules: [{ ...web, ports: "1-70000" }] }, /ports/],
    ["an address that is none", { inbound_rules: [{ ...web, sources: { addresses: ["home"] } }] }, /address/],
    ["a rule about nobody", { inbound_rules: [{ ...web, sources: {} }] }, /at least one source/],
    ["an unknown droplet", { inbound_rules: [web], droplet_ids: [1] }, /droplet 1/],
    ["an unknown tag", { inbound_rules: [web], tags: ["nobody"] }, /nobody/],
    [
      "eleven droplets",
      { inbound_rules: [web], droplet_ids: Array.from({ length: 11 }, (_, i) => i) },
      /at most 10/,
    ],
    ["more than fifty rules", { inbound_rules: Array.from({ length: 51 }, () => web) }, /at most 50/],
    ["an unknown field in a rule", { inbound_rules: [{ ...web, comment: "x" }] }, /comment: unknown field/],
  ];
  for (const [what, rules, words] of refusals) {
    test(`a firewall with ${what} is refused`, async () => {
      refused(
        await cloud.api("POST", "/firewalls", { name: "wrong", ...rules }),
        422,
        "unprocessable_entity",
        words,
      );
    });
  }
});
