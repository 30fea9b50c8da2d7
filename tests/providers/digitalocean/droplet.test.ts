import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { droplet } from "../../../sandbox/providers/digitalocean/resources/droplet.ts";
import { NotReady } from "../../../sandbox/providers/framework/errors.ts";
import type { JsonObject } from "../../../sandbox/providers/framework/wire.ts";
import { requestsOf } from "./support.ts";

const declared = {
  name: "erp",
  image: "ubuntu-24-04-x64",
  size: "s-1vcpu-1gb",
  region: "sfo2",
  tags: ["web"],
};
const live = (changes: JsonObject = {}): { reply: JsonObject } => ({
  reply: {
    droplet: {
      id: 7,
      name: "erp",
      status: "active",
      locked: false,
      region: { slug: "sfo2" },
      size: { slug: "s-1vcpu-1gb", price_hourly: 0.009, price_monthly: 6 },
      image: { id: 1, slug: "ubuntu-24-04-x64" },
      disk: 25,
      vcpus: 1,
      memory: 1024,
      vpc_uuid: "v1",
      networks: { v4: [{ type: "public", ip_address: "192.0.2.7" }], v6: [] },
      features: ["private_networking"],
      tags: ["web"],
      volume_ids: [],
      created_at: "now",
      ...changes,
    },
  },
});
const started = (id: number): { reply: JsonObject } => ({ reply: { action: { id, status: "in-progress" } } });
const completed = (id: number): { reply: JsonObject } => ({ reply: { action: { id, status: "completed" } } });
const body = {
  name: "erp",
  region: "sfo2",
  size: "s-1vcpu-1gb",
  image: "ubuntu-24-04-x64",
  ssh_keys: [],
  backups: false,
  ipv6: false,
  monitoring: false,
  tags: ["web"],
};

describe("a droplet", () => {
  test("is awaited until it is active and unlocked", async () => {
    const answers = {
      "POST /v2/droplets": live({ status: "new", locked: true, networks: {} }),
      "GET /v2/droplets/7": [live({ status: "new" }), live({ locked: true }), live()],
    };
    const requests = await requestsOf(droplet, answers, async (life) => {
      const { id, state } = await life.create({
        ...declared,
        userData: "#cloud-config",
        sshKeys: ["12", "aa:bb"],
      });
      assert.equal(id, "7");
      assert.equal(state.fields.ipv4Address, "192.0.2.7");
      assert.equal(state.fields.dropletUrn, "do:droplet:7");
      // The SHA-1 of the text.
      assert.equal(state.fields.userData, "f6c3e6cf066eeeef3eb2dad41a725bffff4ba5a5");
      assert.equal(life.operation.waits.length, 2);
    });
    assert.deepEqual(requests, [
      ["POST", "/v2/droplets", { ...body, ssh_keys: [12, "aa:bb"], user_data: "#cloud-config" }],
      ["GET", "/v2/droplets/7"],
      ["GET", "/v2/droplets/7"],
      ["GET", "/v2/droplets/7"],
    ]);
  });

  test("that never becomes active keeps its id", async () => {
    const stuck = live({ status: "new" });
    await requestsOf(droplet, { "POST /v2/droplets": stuck, "GET /v2/droplets/7": stuck }, async (life) => {
      const error = await life.create(declared).catch((reason: unknown) => reason);
      assert.ok(error instanceof NotReady);
      assert.equal(error.id, "7");
      assert.equal(error.state.fields.status, "new");
      assert.match(error.message, /Gave up waiting for droplet 7 to become active after 3600 seconds/);
    });
  });

  test("is resized while it is off, then renamed and tagged anew", async () => {
    const actions = "/v2/droplets/7/actions";
    const answers = {
      [`POST ${actions}`]: [started(1), started(2), started(3), started(4)],
      ...Object.fromEntries([1, 2, 3, 4].map((id) => [`GET /v2/actions/${id}`, completed(id)])),
      "DELETE /v2/tags/web/resources": { status: 204 },
      "POST /v2/tags": { reply: {} },
      "POST /v2/tags/db/resources": { status: 204 },
      "GET /v2/droplets/7": live({ name: "erp2" }),
    };
    const requests = await requestsOf(droplet, answers, async (life) => {
      const stored = { ...declared, resizeDisk: true };
      await life.update("7", stored, { ...declared, name: "erp2", size: "s-2vcpu-4gb", tags: ["db"] });
    });
    const tagged = { resources: [{ resource_id: "7", resource_type: "droplet" }] };
    assert.deepEqual(requests, [
      ["POST", actions, { type: "power_off" }],
      ["GET", "/v2/actions/1"],
      ["POST", actions, { type: "resize", size: "s-2vcpu-4gb", disk: true }],
      ["GET", "/v2/actions/2"],
      ["POST", actions, { type: "power_on" }],
      ["GET", "/v2/actions/3"],
      ["POST", actions, { type: "rename", name: "erp2" }],
      ["GET", "/v2/actions/4"],
      ["DELETE", "/v2/tags/web/resources", tagged],
      ["POST", "/v2/tags", { name: "db" }],
      ["POST", "/v2/tags/db/resources", tagged],
      ["GET", "/v2/droplets/7"],
    ]);
  });

  test("shows its user data as a hash, which is the same as the text", async () => {
    const answers = { "POST /v2/droplets": live(), "GET /v2/droplets/7": live() };
    await requestsOf(droplet, answers, async (life) => {
      const written = { ...declared, userData: "#cloud-config" };
      const { state } = await life.create(written);
      const refreshed = await life.read("7", state.fields, written);
      assert.equal(refreshed?.state.fields.userData, state.fields.userData);
      assert.equal(refreshed?.inputs?.fields.userData, "#cloud-config");
      assert.deepEqual(life.changes(state.fields, written).changes, []);
      const [change] = life.changes(state.fields, { ...written, userData: "#other" }).changes;
      assert.equal(change?.replace, true);
    });
  });

  test("has its backups switched on, and then their policy changed", async () => {
    const actions = "/v2/droplets/7/actions";
    const answers = { [`POST ${actions}`]: completed(1), "GET /v2/droplets/7": live() };
    const backupPolicy = { plan: "daily", hour: 4 };
    const requests = await requestsOf(droplet, answers, (life) =>
      life.update("7", declared, { ...declared, backups: true, backupPolicy }),
    );
    assert.deepEqual(requests, [
      ["POST", actions, { type: "enable_backups", backup_policy: backupPolicy }],
      ["POST", actions, { type: "change_backup_policy", backup_policy: backupPolicy }],
      ["GET", "/v2/droplets/7"],
    ]);
  });

  test("is switched on again when a resize fails", async () => {
    const actions = "/v2/droplets/7/actions";
    const refused = { status: 422, body: { message: "size is not available" } };
    const answers = {
      [`POST ${actions}`]: [completed(1), refused, completed(3)],
    };
    const requests = await requestsOf(droplet, answers, async (life) => {
      await assert.rejects(
        life.update("7", declared, { ...declared, size: "s-2vcpu-4gb" }),
        /size is not available/,
      );
    });
    assert.deepEqual(requests.at(-1), ["POST", actions, { type: "power_on" }]);
  });

  test("is awaited until it is gone", async () => {
    const answers = {
      "GET /v2/droplets/7": [live({ volume_ids: ["v9"] }), live(), { status: 404, body: {} }],
      "POST /v2/volumes/v9/actions": completed(1),
      "DELETE /v2/droplets/7": { status: 204 },
    };
    const requests = await requestsOf(droplet, answers, (life) => life.delete("7", {}));
    assert.deepEqual(requests, [
      ["GET", "/v2/droplets/7"],
      ["POST", "/v2/volumes/v9/actions", { type: "detach", droplet_id: 7 }],
      ["DELETE", "/v2/droplets/7"],
      ["GET", "/v2/droplets/7"],
      ["GET", "/v2/droplets/7"],
    ]);
  });

  test("tells its image on import only, so that a slug may move on", async () => {
    await requestsOf(droplet, { "GET /v2/droplets/7": live() }, async (life) => {
      assert.equal((await life.read("7"))?.state.fields.image, "ubuntu-24-04-x64");
      assert.equal((await life.read("7", { image: "debian-13-x64" }))?.state.fields.image, "debian-13-x64");
    });
  });

  const replacements: [string, Record<string, string | boolean>, boolean][] = [
    ["userData", { userData: "new" }, true],
    ["the image", { image: "debian-13-x64" }, true],
    ["IPv6 switched off", { ipv6: false }, true],
    ["the size", { size: "s-2vcpu-4gb" }, false],
    ["backups", { backups: true }, false],
  ];
  for (const [what, change, replaces] of replacements) {
    test(`${replaces ? "is replaced by" : "is changed in place by"} ${what}`, async () => {
      await requestsOf(droplet, {}, async (life) => {
        const stored = { ...declared, ipv6: true, resizeDisk: true, userData: "old" };
        const result = life.changes(stored, { ...declared, userData: "old", ipv6: true, ...change });
        assert.equal(result.changes.length, 1);
        assert.equal(result.changes[0]?.replace, replaces);
        // The name was given by the program, so the old one must go before the new one can have it.
        assert.equal(result.deleteBeforeReplace, replaces);
      });
    });
  }
});
