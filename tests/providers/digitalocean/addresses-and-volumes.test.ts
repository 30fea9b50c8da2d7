import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { dropletSnapshot } from "../../../sandbox/providers/digitalocean/resources/droplet-snapshot.ts";
import { reservedIp } from "../../../sandbox/providers/digitalocean/resources/reserved-ip.ts";
import { reservedIpAssignment } from "../../../sandbox/providers/digitalocean/resources/reserved-ip-assignment.ts";
import { volume } from "../../../sandbox/providers/digitalocean/resources/volume.ts";
import { volumeAttachment } from "../../../sandbox/providers/digitalocean/resources/volume-attachment.ts";
import { requestsOf } from "./support.ts";

const ip = "192.0.2.10";
const path = `/v2/reserved_ips/${ip}`;
const address = (droplet?: number) => ({
  reply: {
    reserved_ip: { ip, region: { slug: "sfo2" }, droplet: droplet === undefined ? null : { id: droplet } },
  },
});
const done = { reply: { action: { id: 1, status: "completed" } } };
const pending = { reply: { actions: [{ status: "completed" }, { status: "in-progress" }] } };
const idle = { reply: { actions: [{ status: "completed" }, { status: "errored" }] } };
const busy = { status: 422, body: { message: "Droplet already has a pending event." } };

describe("a reserved address", () => {
  const answers = {
    "POST /v2/reserved_ips": address(),
    [`GET ${path}`]: address(8),
    [`POST ${path}/actions`]: [{ reply: { action: { id: 1, status: "in-progress" } } }, done],
    [`GET ${path}/actions/1`]: done,
    [`DELETE ${path}`]: { status: 204 },
    "GET /v2/droplets/7/actions?per_page=50": [pending, idle],
    "GET /v2/droplets/8/actions?per_page=50": idle,
  };

  test("is bound, bound anew in place, and given back", async () => {
    const requests = await requestsOf(reservedIp, answers, async (life) => {
      const { id, state } = await life.create({ region: "sfo2", dropletId: 7 });
      assert.equal(id, ip);
      assert.equal(state.fields.reservedIpUrn, `do:reservedip:${ip}`);
      assert.equal(life.changes(state.fields, { region: "sfo2", dropletId: 8 }).changes[0]?.replace, false);
      const moved = await life.update(ip, state.fields, { region: "sfo2", dropletId: 8 });
      await life.delete(ip, moved.state.fields);
    });
    assert.deepEqual(requests, [
      ["POST", "/v2/reserved_ips", { region: "sfo2" }],
      ["GET", "/v2/droplets/7/actions?per_page=50"],
      ["GET", "/v2/droplets/7/actions?per_page=50"],
      ["POST", `${path}/actions`, { type: "assign", droplet_id: 7 }],
      ["GET", `${path}/actions/1`],
      ["GET", "/v2/droplets/8/actions?per_page=50"],
      ["POST", `${path}/actions`, { type: "assign", droplet_id: 8 }],
      ["GET", path],
      ["POST", `${path}/actions`, { type: "unassign" }],
      ["DELETE", path],
    ]);
  });

  test("is not bound to a droplet that is busy all the same", async () => {
    const refusing = { ...answers, [`POST ${path}/actions`]: [busy, done] };
    await requestsOf(reservedIpAssignment, refusing, async (life) => {
      await assert.rejects(life.create({ ipAddress: ip, dropletId: 8 }), /already has a pending event/);
    });
  });

  test("whose binding is a resource of its own is left alone when it points elsewhere already", async () => {
    const requests = await requestsOf(reservedIpAssignment, answers, async (life) => {
      const inputs = { ipAddress: ip, dropletId: 7 };
      assert.equal(await life.read("7-x", inputs, inputs), undefined);
      await life.delete("7-x", inputs);
      const imported = await life.read(`${ip},8`);
      assert.match(imported?.id ?? "", /^8-192\.0\.2\.10-[0-9a-f]{26}$/);
    });
    assert.deepEqual(requests, [
      ["GET", path],
      ["GET", path],
      ["GET", path],
    ]);
  });
});

describe("a volume", () => {
  const live = (size: number, droplets: number[] = []) => ({
    reply: {
      volume: {
        id: "v1",
        name: "data",
        size_gigabytes: size,
        region: { slug: "sfo2" },
        tags: [],
        droplet_ids: droplets,
      },
    },
  });

  test("grows in place, and refuses to shrink at preview", async () => {
    const answers = {
      "POST /v2/volumes": live(10),
      "POST /v2/volumes/v1/actions": done,
      "GET /v2/volumes/v1": live(20),
    };
    const requests = await requestsOf(volume, answers, async (life) => {
      const declared = { name: "data", region: "sfo2", initialFilesystemType: "ext4" };
      const { state } = await life.create({ ...declared, size: 10 });
      const grown = await life.update("v1", state.fields, { ...declared, size: 20 });
      assert.throws(
        () => life.changes(grown.state.fields, { ...declared, size: 5 }),
        /can only be expanded and not shrunk/,
      );
    });
    assert.deepEqual(requests, [
      ["POST", "/v2/volumes", { name: "data", region: "sfo2", size_gigabytes: 10, filesystem_type: "ext4" }],
      ["POST", "/v2/volumes/v1/actions", { type: "resize", size_gigabytes: 20, region: "sfo2" }],
      ["GET", "/v2/volumes/v1"],
    ]);
  });

  test("is attached as soon as the droplet is free, and detached only where it hangs", async () => {
    const answers = {
      "GET /v2/volumes/v1": [live(10), live(10, [7]), live(10, [9])],
      "POST /v2/volumes/v1/actions": [busy, done],
    };
    const inputs = { dropletId: 7, volumeId: "v1" };
    const requests = await requestsOf(volumeAttachment, answers, async (life) => {
      const { id } = await life.create(inputs);
      assert.match(id, /^7-v1-[0-9a-f]{26}$/);
      await life.delete(id, inputs);
      await life.delete(id, inputs);
    });
    const attach = ["POST", "/v2/volumes/v1/actions", { type: "attach", droplet_id: 7 }];
    assert.deepEqual(requests, [
      ["GET", "/v2/volumes/v1"],
      attach,
      attach,
      ["GET", "/v2/volumes/v1"],
      ["POST", "/v2/volumes/v1/actions", { type: "detach", droplet_id: 7 }],
      ["GET", "/v2/volumes/v1"],
    ]);
  });
});

test("a snapshot of a busy droplet is refused", async () => {
  const answers = { "POST /v2/droplets/7/actions": [busy, done] };
  await requestsOf(dropletSnapshot, answers, async (life) => {
    await assert.rejects(life.create({ dropletId: "7", name: "before" }), /already has a pending event/);
  });
});

test("a snapshot is taken by an action and found by its name", async () => {
  const answers = {
    "POST /v2/droplets/7/actions": done,
    "GET /v2/droplets/7/snapshots": {
      reply: {
        snapshots: [
          { id: 1, name: "other" },
          { id: 2, name: "before", regions: ["sfo2"], min_disk_size: 25 },
        ],
      },
    },
    "DELETE /v2/snapshots/2": { status: 204 },
  };
  const requests = await requestsOf(dropletSnapshot, answers, async (life) => {
    const { id, state } = await life.create({ dropletId: "7", name: "before" });
    assert.equal(id, "2");
    await life.delete(id, state.fields);
  });
  assert.deepEqual(requests, [
    ["POST", "/v2/droplets/7/actions", { type: "snapshot", name: "before" }],
    ["GET", "/v2/droplets/7/snapshots"],
    ["DELETE", "/v2/snapshots/2"],
  ]);
});
