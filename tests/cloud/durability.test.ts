import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { waitFor } from "../support/wait-for.ts";
import { call, type Json, PRODUCTION, refused, startCloud, TestCloud } from "./support.ts";

const SMALL = { region: "sfo3", size: "s-1vcpu-1gb", image: "debian-13-x64" };

describe("a cloud over restarts", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud(["--no-spaces", "--seed", PRODUCTION]);
  });
  after(() => cloud?.dispose());

  test("it tells that it is ready without telling a key, and hands the keys over in a private file", () => {
    const { token } = cloud.keys;
    assert.equal(cloud.ready.ready, true);
    assert.equal(cloud.ready.spaces, false);
    assert.ok(!JSON.stringify(cloud.ready).includes(token));
    for (const name of ["cloud.json", "state.json", "sealing.key"]) {
      assert.equal(statSync(join(cloud.folder, name)).mode & 0o777, 0o600, name);
    }
  });

  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    test(`after ${signal} everything is as it was answered, on the same port with the same keys`, async () => {
      const before = cloud.keys;
      const name = `kept-over-${signal.toLowerCase()}`;
      const vpc = await cloud.make("/vpcs", "vpc", { name, region: "fra1" });
      const status = await cloud.stop(signal);
      if (signal === "SIGTERM") assert.equal(status, 0);
      await cloud.start();
      const { apiUrl, token, cloudflareToken } = cloud.keys;
      assert.deepEqual(
        [apiUrl, token, cloudflareToken],
        [before.apiUrl, before.token, before.cloudflareToken],
      );
      assert.deepEqual((await cloud.api("GET", `/vpcs/${vpc.id}`)).body.vpc, vpc);
      assert.equal((await cloud.api("GET", "/droplets")).body.meta.total, 2);
    });
  }

  test("what was under way when it was killed is finished by the time alone", async () => {
    const { body } = await cloud.api("POST", "/droplets", { name: "under-way", ...SMALL });
    await cloud.stop("SIGKILL");
    await cloud.start();
    const path = `/droplets/${body.droplet.id}`;
    const { droplet } = await cloud.eventually(path, (seen) => seen.droplet.status === "active");
    assert.equal(droplet.networks.v4.length, 2);
    await cloud.api("DELETE", path);
  });

  test("a second one on the same folder is refused, and does no harm", async () => {
    const second = new TestCloud(["--no-spaces", "--state", cloud.folder], {});
    await assert.rejects(second.start(), /already running/);
    await second.dispose();
    assert.equal((await cloud.api("GET", "/account")).status, 200);
  });

  test("a reset goes back to the seed", async () => {
    await cloud.api("POST", "/droplets", { name: "gone-soon", ...SMALL });
    await cloud.api("DELETE", "/domains/erp.insightpulseai.net");
    assert.equal((await cloud.admin("POST", "/reset")).status, 204);
    assert.equal((await cloud.api("GET", "/droplets")).body.meta.total, 2);
    assert.equal((await cloud.api("GET", "/domains/erp.insightpulseai.net")).status, 200);
  });
});

describe("the sandbox's own interface, and faults", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud?.dispose());
  beforeEach(() => cloud.admin("DELETE", "/faults"));

  const order = async (fault: object): Promise<Json> =>
    (await cloud.admin("POST", "/faults", fault)).body.fault;

  test("it wants the token in a header of its own", async () => {
    const url = `${cloud.keys.apiUrl}/_sandbox/health`;
    assert.equal((await call(url, "GET", {})).status, 401);
    assert.equal((await call(url, "GET", { "x-sandbox-token": "wrong" })).status, 401);
    assert.equal((await cloud.admin("GET", "/health")).body.status, "ok");
    assert.ok(existsSync(join(cloud.folder, "cloud.json")));
  });

  test("requests are remembered, from a point on, without the secrets in them", async () => {
    const { requests } = (await cloud.admin("GET", "/requests")).body;
    const last = requests.at(-1)?.sequence ?? 0;
    const image = { registry_type: "GHCR", repository: "a/b", registry_credentials: "sample-token" };
    const envs = [{ key: "PLAIN", value: "sample-plain" }];
    await cloud.api("POST", "/apps", { spec: { name: "seen", services: [{ name: "web", image, envs }] } });
    const [entry, ...more] = (await cloud.admin("GET", `/requests?since=${last}`)).body.requests;
    assert.deepEqual([entry.method, entry.path, entry.status, more.length], ["POST", "/v2/apps", 200, 0]);
    assert.equal(entry.body.spec.name, "seen");
    const shown = JSON.stringify(entry);
    assert.ok(!shown.includes("sample-token") && !shown.includes("sample-plain"));
    const future = new Date(Date.now() + 60_000).toISOString();
    assert.deepEqual((await cloud.admin("GET", `/requests?since=${future}`)).body.requests, []);
  });

  test("a 429 carries retry-after and comes as often as ordered", async () => {
    const match = { method: "GET", path: "/v2/droplets/**" };
    await order({ kind: "status", status: 429, retryAfterSeconds: 7, times: 2, match });
    for (let index = 0; index < 2; index += 1) {
      const answer = await cloud.api("GET", "/droplets/1");
      refused(answer, 429, "too_many_requests", /limit/i);
      assert.equal(answer.headers.get("retry-after"), "7");
    }
    assert.equal((await cloud.api("GET", "/droplets/1")).status, 404);
    assert.equal((await cloud.api("GET", "/account")).status, 200);
  });

  test("a token without the scope is refused in the vendor's words", async () => {
    const match = { method: "POST", path: "/v2/tags" };
    await order({ kind: "status", status: 403, times: 1, match });
    const answer = await cloud.api("POST", "/tags", { name: "scoped" });
    refused(answer, 403, "forbidden", /^You are not authorized to perform this operation$/);
  });

  test("a server error, a broken connection and a delay can be ordered by expression", async () => {
    await order({ kind: "status", status: 500, times: 1, match: { path: "/^/v2/account$/" } });
    refused(await cloud.api("GET", "/account"), 500, "server_error", /server/i);
    await order({ kind: "reset", times: 1, match: { path: "/v2/account" } });
    await assert.rejects(cloud.api("GET", "/account"));
    const [broken] = (await cloud.admin("GET", "/requests")).body.requests.slice(-1);
    assert.deepEqual([broken.method, broken.path, broken.status], ["GET", "/v2/account", 0]);
    await order({ kind: "delay", delayMs: 120, times: 1, match: { path: "/v2/account" } });
    const began = Date.now();
    assert.equal((await cloud.api("GET", "/account")).status, 200);
    // Two clocks that are each read in whole milliseconds.
    assert.ok(Date.now() - began >= 118);
  });

  test("what was done stays done when its answer is lost, and what comes after the first ones can be met", async () => {
    await order({ kind: "answer-lost", after: 1, match: { method: "POST", path: "/v2/tags" } });
    assert.equal((await cloud.api("POST", "/tags", { name: "answered" })).status, 201);
    await assert.rejects(cloud.api("POST", "/tags", { name: "unanswered" }));
    assert.equal((await cloud.api("GET", "/tags/unanswered")).status, 200);
    const [fault] = (await cloud.admin("GET", "/faults")).body.faults;
    assert.deepEqual([fault.met, fault.after], [1, undefined]);
    const requests: Json[] = (await cloud.admin("GET", "/requests")).body.requests;
    const posted = requests.filter(({ method, path }) => method === "POST" && path === "/v2/tags").slice(-2);
    assert.deepEqual(
      posted.map(({ status }) => status),
      [201, 0],
    );
    const spaces = { kind: "answer-lost", match: { server: "spaces" } };
    assert.equal((await cloud.admin("POST", "/faults", spaces)).status, 422);
  });

  test("a late answer is about what was done at once; a delayed request whose sender has gone is not acted upon", async () => {
    const { apiUrl, token } = cloud.keys;
    const post = (name: string, signal: AbortSignal) =>
      fetch(`${apiUrl}/v2/tags`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ name }),
        signal,
      });
    const isMet = async () => (await cloud.admin("GET", "/faults")).body.faults[0].met === 1;
    const hour = 3_600_000;
    const requestsNow = async () => (await cloud.admin("GET", "/requests")).body.requests.at(-1);
    for (const [kind, status] of [
      ["answer-late", 200],
      ["delay", 404],
    ] as const) {
      await cloud.admin("DELETE", "/faults");
      await order({ kind, delayMs: hour, match: { method: "POST", path: "/v2/tags" } });
      const sender = new AbortController();
      const sent = post(kind, sender.signal);
      await waitFor(isMet, `a ${kind} fault to meet its request`);
      sender.abort();
      await assert.rejects(sent);
      await waitFor(
        async () => (await requestsNow()).status === 0 || kind === "answer-late",
        "the cloud to see it",
      );
      assert.equal((await cloud.api("GET", `/tags/${kind}`)).status, status);
    }
  });

  test("an action can stick, and a droplet never become active", async () => {
    const { id: volume } = await cloud.make("/volumes", "volume", {
      name: "v",
      region: "sfo3",
      size_gigabytes: 1,
    });
    await order({ kind: "stuck-action", times: 1, match: { path: "/v2/volumes/*/actions" } });
    const resize = { type: "resize", size_gigabytes: 2 };
    const stuck = await cloud.make(`/volumes/${volume}/actions`, "action", resize);
    await order({ kind: "droplet-never-active", times: 1 });
    const asleep = await cloud.make("/droplets", "droplet", { name: "asleep", ...SMALL });
    const awake = await cloud.make("/droplets", "droplet", { name: "awake", ...SMALL });
    await cloud.eventually(`/droplets/${awake.id}`, (body) => body.droplet.status === "active");
    assert.equal((await cloud.api("GET", `/droplets/${asleep.id}`)).body.droplet.status, "new");
    assert.equal((await cloud.api("GET", `/actions/${stuck.id}`)).body.action.status, "in-progress");
    for (const { id } of [asleep, awake])
      assert.equal((await cloud.api("DELETE", `/droplets/${id}`)).status, 204);
  });

  test("faults are listed, taken back one by one, and survive a restart", async () => {
    const first = await order({ kind: "status", status: 503, match: { path: "/v2/tags" } });
    const second = await order({ kind: "reset", match: { path: "/v2/never" } });
    await cloud.stop("SIGKILL");
    await cloud.start();
    assert.equal((await cloud.api("GET", "/tags")).status, 503);
    const ids = (await cloud.admin("GET", "/faults")).body.faults.map((fault: Json) => fault.id);
    assert.deepEqual(ids, [first.id, second.id]);
    assert.equal((await cloud.admin("DELETE", `/faults/${first.id}`)).status, 204);
    assert.equal((await cloud.api("GET", "/tags")).status, 200);
    const wrong = await cloud.admin("POST", "/faults", { kind: "status" });
    assert.deepEqual([wrong.status, wrong.body.id], [422, "unprocessable_entity"]);
  });
});
