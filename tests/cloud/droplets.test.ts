import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { type Json, refused, startCloud, type TestCloud } from "./support.ts";

const SMALL = { region: "sfo3", size: "s-1vcpu-1gb", image: "ubuntu-24-04-x64" };

describe("droplets", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud?.dispose());

  const isDone = (body: Json) => body.action.status === "completed";
  async function make(name: string, settings: object = {}): Promise<Json> {
    const { id } = await cloud.make("/droplets", "droplet", { name, ...SMALL, ...settings });
    return (await cloud.eventually(`/droplets/${id}`, (body) => body.droplet.status === "active")).droplet;
  }
  async function act(id: number, action: object): Promise<void> {
    const started = await cloud.make(`/droplets/${id}/actions`, "action", action);
    assert.equal(started.status, "in-progress");
    await cloud.eventually(`/actions/${started.id}`, isDone);
  }
  const remove = (droplet: Json) => cloud.api("DELETE", `/droplets/${droplet.id}`);
  const get = async (droplet: Json) => (await cloud.api("GET", `/droplets/${droplet.id}`)).body.droplet;

  test("a new one is accepted, has no address yet, and is active with two soon", async () => {
    const { status, body } = await cloud.api("POST", "/droplets", {
      name: "web-1",
      ...SMALL,
      tags: ["web", "new-tag"],
    });
    assert.equal(status, 202);
    assert.equal(body.droplet.status, "new");
    assert.deepEqual(body.droplet.networks, { v4: [], v6: [] });
    const action = body.links.actions[0];
    await cloud.eventually(`/actions/${action.id}`, isDone);
    const droplet = await get(body.droplet);
    assert.equal(droplet.status, "active");
    const [open, inside] = droplet.networks.v4;
    assert.match(open.ip_address, /^203\.0\.113\./);
    const vpc = (await cloud.api("GET", `/vpcs/${droplet.vpc_uuid}`)).body.vpc;
    assert.equal(vpc.name, "default-sfo3");
    assert.equal(vpc.default, true);
    assert.equal(
      inside.ip_address.split(".").slice(0, 2).join("."),
      vpc.ip_range.split(".").slice(0, 2).join("."),
    );
    assert.equal((await cloud.api("GET", "/tags/new-tag")).body.tag.resources.droplets.count, 1);
    assert.equal((await cloud.api("GET", "/droplets?tag_name=web")).body.droplets.length, 1);
    assert.equal((await remove(droplet)).status, 204);
    refused(await cloud.api("GET", `/droplets/${droplet.id}`), 404, "not_found", /./);
  });

  test("no two have the same address", async () => {
    const names = ["a", "b", "c"];
    const { body } = await cloud.api("POST", "/droplets", { names, ...SMALL });
    assert.equal(body.droplets.length, 3);
    const all = await cloud.eventually("/droplets", (seen) =>
      seen.droplets.every((one: Json) => one.status === "active"),
    );
    const addresses = all.droplets.flatMap((one: Json) => one.networks.v4.map((v4: Json) => v4.ip_address));
    assert.equal(new Set(addresses).size, addresses.length);
    for (const droplet of body.droplets) await remove(droplet);
  });

  const refusals: [string, object, RegExp][] = [
    ["an unknown field", { colour: "red" }, /^colour: unknown field$/],
    ["an unknown region", { region: "mars1" }, /mars1/],
    ["an unknown size", { size: "s-huge" }, /s-huge/],
    ["a size that is not sold there", { size: "gpu-4000adax1-20gb" }, /sold in tor1/],
    ["an unknown image", { image: "windows-3-11" }, /image/],
    ["a name that is no host name", { name: "under_score" }, /hostname/],
    ["a key that is not there", { ssh_keys: [1] }, /ssh_keys/],
    ["user data beyond 64 KiB", { user_data: "x".repeat(64 * 1024 + 1) }, /64 KiB/],
    ["a VPC that is not there", { vpc_uuid: "0d3ec42e-f3ec-4c99-97ef-aa62d5db6b09" }, /VPC not found/],
    [
      "more than ten at once",
      { name: undefined, names: Array.from({ length: 11 }, (_, i) => `d${i}`) },
      /names/,
    ],
    ["a tag with a space", { tags: ["a b"] }, /tags/],
    ["IPv6 without public networking", { ipv6: true, public_networking: false }, /ipv6/],
    [
      "a weekly backup without a day",
      { backups: true, backup_policy: { plan: "weekly", hour: 4 } },
      /weekday/,
    ],
  ];
  for (const [what, settings, words] of refusals) {
    test(`${what} is refused`, async () => {
      const answer = await cloud.api("POST", "/droplets", { name: "d", ...SMALL, ...settings });
      refused(answer, 422, "unprocessable_entity", words);
    });
  }

  test("the account's limit holds, and nothing is made beyond it", async () => {
    const names = Array.from({ length: 10 }, (_, index) => `many-${index}`);
    const { body } = await cloud.api("POST", "/droplets", { names, ...SMALL });
    const more = await cloud.api("POST", "/droplets", { name: "eleventh", ...SMALL });
    refused(more, 422, "unprocessable_entity", /limit/);
    assert.equal((await cloud.api("GET", "/droplets")).body.meta.total, 10);
    for (const droplet of body.droplets) await remove(droplet);
  });

  test("a resize needs it off, can grow, and never shrinks the disk", async () => {
    const droplet = await make("growing");
    const bigger = { type: "resize", size: "s-1vcpu-2gb", disk: true };
    refused(
      await cloud.api("POST", `/droplets/${droplet.id}/actions`, bigger),
      422,
      "unprocessable_entity",
      /powered off/,
    );
    await act(droplet.id, { type: "power_off" });
    assert.equal((await get(droplet)).status, "off");
    await act(droplet.id, bigger);
    const grown = await get(droplet);
    assert.deepEqual([grown.size_slug, grown.memory, grown.disk], ["s-1vcpu-2gb", 2048, 50]);
    const smaller = await cloud.api("POST", `/droplets/${droplet.id}/actions`, {
      type: "resize",
      size: "s-1vcpu-1gb",
    });
    refused(smaller, 422, "unprocessable_entity", /smaller disk/);
    await act(droplet.id, { type: "power_on" });
    assert.equal((await get(droplet)).status, "active");
    await remove(droplet);
  });

  test("a resize of memory alone leaves the disk, so that it can go back", async () => {
    const droplet = await make("breathing");
    await act(droplet.id, { type: "power_off" });
    await act(droplet.id, { type: "resize", size: "s-2vcpu-4gb", disk: false });
    assert.deepEqual([(await get(droplet)).memory, (await get(droplet)).disk], [4096, 25]);
    await act(droplet.id, { type: "resize", size: "s-1vcpu-1gb", disk: false });
    assert.equal((await get(droplet)).memory, 1024);
    await remove(droplet);
  });

  test("it does one thing at a time", async () => {
    const droplet = await make("busy");
    const path = `/v2/droplets/${droplet.id}/actions`;
    // The first does not end, however long it takes until the second is asked for.
    await cloud.admin("POST", "/faults", { kind: "stuck-action", times: 1, match: { path } });
    await cloud.make(`/droplets/${droplet.id}/actions`, "action", { type: "reboot" });
    const second = await cloud.api("POST", `/droplets/${droplet.id}/actions`, { type: "reboot" });
    refused(second, 422, "unprocessable_entity", /^Droplet already has a pending event\.$/);
    await remove(droplet);
  });

  test("it is renamed, backed up, given IPv6 and pictured", async () => {
    const droplet = await make("before");
    await act(droplet.id, { type: "rename", name: "after" });
    await act(droplet.id, {
      type: "enable_backups",
      backup_policy: { plan: "weekly", weekday: "SUN", hour: 4 },
    });
    await act(droplet.id, { type: "enable_ipv6" });
    await act(droplet.id, { type: "snapshot", name: "a picture" });
    const changed = await get(droplet);
    assert.equal(changed.name, "after");
    assert.ok(changed.features.includes("backups") && changed.features.includes("ipv6"));
    assert.match(changed.networks.v6[0].ip_address, /^2001:db8:/);
    const { snapshots } = (await cloud.api("GET", `/droplets/${droplet.id}/snapshots`)).body;
    assert.equal(snapshots[0].name, "a picture");
    const copy = await make("copy", { image: snapshots[0].id });
    assert.equal(copy.image.name, "a picture");
    const listed = (await cloud.api("GET", "/snapshots?resource_type=droplet")).body.snapshots;
    assert.equal(listed.length, 1);
    assert.equal((await cloud.api("DELETE", `/snapshots/${listed[0].id}`)).status, 204);
    refused(
      await cloud.api("POST", `/droplets/${droplet.id}/actions`, { type: "explode" }),
      422,
      "unprocessable_entity",
      /type/,
    );
    for (const one of [droplet, copy]) await remove(one);
  });

  test("user data never lies on the disk in plain text", async () => {
    const droplet = await make("initialised", { user_data: "#cloud-config\n# sample-secret-in-user-data" });
    assert.throws(() => execFileSync("grep", ["-rqF", "sample-secret-in-user-data", cloud.folder]));
    const { body } = await cloud.admin("GET", "/inventory");
    assert.equal(body.droplets.find((one: Json) => one.id === droplet.id).user_data, "[secret]");
    const seen = JSON.stringify((await cloud.admin("GET", "/requests")).body);
    assert.ok(!seen.includes("sample-secret-in-user-data"));
    await remove(droplet);
  });
});
