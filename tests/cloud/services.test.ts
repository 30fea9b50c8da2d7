import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { type Json, refused, startCloud, type TestCloud } from "./support.ts";

describe("registry, monitoring and Spaces keys", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud?.dispose());

  test("there is one registry, with a tier that changes in place", async () => {
    const body = { name: "images", subscription_tier_slug: "starter", region: "sgp1" };
    const { status, body: made } = await cloud.api("POST", "/registry", body);
    assert.deepEqual([status, made.registry.region], [201, "sgp1"]);
    refused(
      await cloud.api("POST", "/registry", { ...body, name: "second" }),
      412,
      "precondition_failed",
      /already/,
    );
    refused(await cloud.api("POST", "/registry", body), 409, "conflict", /in use/);
    refused(
      await cloud.api("POST", "/registry", { ...body, region: "lon1" }),
      422,
      "unprocessable_entity",
      /region/,
    );
    refused(
      await cloud.api("POST", "/registry", { ...body, name: "UPPER" }),
      422,
      "unprocessable_entity",
      /name/,
    );
    const basic = await cloud.api("POST", "/registries/subscription", { tier_slug: "basic" });
    assert.equal(basic.body.subscription.tier.included_repositories, 5);
    assert.equal((await cloud.api("GET", "/registry/subscription")).body.subscription.tier.slug, "basic");
    assert.equal((await cloud.api("GET", "/registries/images")).body.registry.name, "images");
    const login = await cloud.api(
      "GET",
      "/registries/images/docker-credentials?read_write=true&expiry_seconds=60",
    );
    const { auth } = login.body.auths["registry.digitalocean.com"];
    assert.match(Buffer.from(auth, "base64").toString(), /^(.+):\1$/);
    assert.equal((await cloud.api("DELETE", "/registries/images")).status, 204);
    refused(await cloud.api("GET", "/registry"), 404, "not_found", /registry/);
  });

  const check = {
    name: "site",
    type: "https",
    target: "https://example.com",
    regions: ["us_east"],
    enabled: true,
  };
  const slack = [{ channel: "#alerts", url: "https://hooks.slack.test/services/sample-uptime-hook" }];
  const alert = (more: object = {}) => ({
    ...{ name: "slow", type: "latency", threshold: 300, comparison: "greater_than", period: "2m" },
    notifications: { email: ["ops@example.com"], slack },
    ...more,
  });

  test("an uptime check and its alerts are kept, changed and removed together", async () => {
    const made = await cloud.make("/uptime/checks", "check", check);
    const path = `/uptime/checks/${made.id}`;
    const changed = await cloud.api("PUT", path, { ...check, enabled: false });
    assert.equal(changed.body.check.enabled, false);
    assert.equal((await cloud.api("GET", `${path}/state`)).body.state.regions.us_east.status, "CHECKING");
    const one = await cloud.make(`${path}/alerts`, "alert", alert());
    assert.deepEqual(one.notifications.slack, slack);
    const down = alert({ name: "down", type: "down", threshold: 0, comparison: "", period: "3m" });
    assert.equal((await cloud.api("PUT", `${path}/alerts/${one.id}`, down)).body.alert.type, "down");
    assert.throws(() => execFileSync("grep", ["-rqF", "sample-uptime-hook", cloud.folder]));
    assert.equal((await cloud.api("DELETE", path)).status, 204);
    refused(await cloud.api("GET", `${path}/alerts/${one.id}`), 404, "not_found", /./);
  });

  test("wrong uptime checks and alerts are refused", async () => {
    const { id } = await cloud.make("/uptime/checks", "check", { ...check, regions: null });
    const wrong: [string, object, RegExp][] = [
      ["/uptime/checks", { ...check, type: "tcp" }, /type/],
      ["/uptime/checks", { ...check, regions: ["mars"] }, /regions/],
      ["/uptime/checks", { ...check, target: "example" }, /target/],
      ["/uptime/checks", { ...check, interval: 5 }, /interval: unknown field/],
      [`/uptime/checks/${id}/alerts`, alert({ period: "7m" }), /period/],
      [`/uptime/checks/${id}/alerts`, alert({ threshold: 0 }), /threshold/],
      [
        `/uptime/checks/${id}/alerts`,
        alert({ notifications: { email: null, slack: null } }),
        /notifications/,
      ],
    ];
    for (const [path, body, words] of wrong) {
      refused(await cloud.api("POST", path, body), 422, "unprocessable_entity", words);
    }
  });

  test("a metric alert is kept, and a wrong one refused", async () => {
    const policy = {
      ...{
        type: "v1/insights/droplet/cpu",
        description: "busy",
        compare: "GreaterThan",
        value: 80.5,
        window: "5m",
      },
      ...{
        entities: null,
        tags: ["prod"],
        enabled: true,
        alerts: { email: ["ops@example.com"], slack: null },
      },
    };
    const made = await cloud.make("/monitoring/alerts", "policy", policy);
    assert.deepEqual([made.entities, made.value], [[], 80.5]);
    const path = `/monitoring/alerts/${made.uuid}`;
    assert.equal((await cloud.api("PUT", path, { ...policy, enabled: false })).body.policy.enabled, false);
    const wrong: [object, RegExp][] = [
      [{ type: "v1/insights/droplet/mood" }, /type/],
      [{ compare: "greater_than" }, /compare/],
      [{ window: "2m" }, /window/],
      [{ alerts: { email: [], slack: [] } }, /alerts/],
      [{ channel: "x" }, /channel: unknown field/],
    ];
    for (const [change, words] of wrong) {
      const answer = await cloud.api("POST", "/monitoring/alerts", { ...policy, ...change });
      refused(answer, 422, "unprocessable_entity", words);
    }
    assert.equal((await cloud.api("DELETE", path)).status, 204);
    refused(await cloud.api("GET", path), 404, "not_found", /./);
  });

  test("a Spaces key tells its secret once, and its grants obey the vendor", async () => {
    const grant = { bucket: "b", permission: "read" };
    const made = await cloud.make("/spaces/keys", "key", { name: "reader", grants: [grant] });
    assert.match(made.access_key, /^DO[A-Z0-9]{18}$/);
    const path = `/spaces/keys/${made.access_key}`;
    assert.equal((await cloud.api("GET", path)).body.key.secret_key, undefined);
    assert.throws(() => execFileSync("grep", ["-rqF", made.secret_key, cloud.folder]));
    const { key } = (await cloud.api("PUT", path, { name: "renamed", grants: [grant] })).body as Json;
    assert.equal(key.name, "renamed");
    const full = { bucket: "", permission: "fullaccess" };
    refused(await cloud.api("PUT", path, { name: "x", grants: [full] }), 400, "bad_request", /cannot become/);
    for (const [grants, words] of [
      [[full, grant], /combined/],
      [[{ bucket: "b", permission: "fullaccess" }], /must be empty/],
      [[{ bucket: "", permission: "read" }], /bucket is required/],
    ] as const) {
      refused(await cloud.api("POST", "/spaces/keys", { name: "x", grants }), 400, "bad_request", words);
    }
    const admin = { bucket: "b", permission: "admin" };
    refused(
      await cloud.api("POST", "/spaces/keys", { name: "x", grants: [admin] }),
      422,
      "unprocessable_entity",
      /permission/,
    );
    assert.equal((await cloud.api("DELETE", path)).status, 204);
    refused(await cloud.api("GET", path), 404, "not_found", /./);
  });
});
