import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { type Json, refused, startCloud, type TestCloud } from "./support.ts";

const IMAGE = { registry_type: "DOCKER_HUB", registry: "library", repository: "nginx", tag: "1.27" };
const service = (more: object = {}) => ({ name: "web", image: IMAGE, http_port: 80, ...more });
const spec = (name: string, more: object = {}) => ({ name, region: "sgp", services: [service()], ...more });
const secret = (value: string) => ({ key: "PASSWORD", value, type: "SECRET", scope: "RUN_TIME" });

describe("App Platform", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud?.dispose());

  const get = async (id: string): Promise<Json> => (await cloud.api("GET", `/apps/${id}`)).body.app;
  const latest = async (id: string): Promise<Json> =>
    (await cloud.api("GET", `/apps/${id}/deployments`)).body.deployments[0];
  const FINISHED = ["ACTIVE", "ERROR"];
  async function settled(id: string): Promise<Json> {
    await cloud.eventually(`/apps/${id}/deployments`, (body) => FINISHED.includes(body.deployments[0].phase));
    return get(id);
  }
  async function make(wanted: object): Promise<Json> {
    return settled((await cloud.make("/apps", "app", { spec: wanted })).id);
  }

  test("a new app waits, deploys with its progress told, and goes live under a name of its own", async () => {
    const { status, body } = await cloud.api("POST", "/apps", { spec: spec("first") });
    assert.equal(status, 200);
    const { id, pending_deployment: pending, default_ingress: early } = body.app;
    assert.equal(early, undefined);
    assert.equal(pending.phase, "PENDING_BUILD");
    assert.deepEqual(
      pending.progress.steps.map((step: Json) => step.status),
      ["PENDING", "PENDING"],
    );
    const app = await settled(id);
    assert.match(app.default_ingress, /^https:\/\/first-[a-z]{5}\.ondigitalocean\.app$/);
    assert.equal(app.live_url, app.default_ingress);
    assert.equal(`https://${app.live_domain}`, app.default_ingress);
    assert.equal(app.active_deployment.id, pending.id);
    assert.equal(app.active_deployment.progress.success_steps, app.active_deployment.progress.total_steps);
    assert.deepEqual(app.spec.ingress.rules[0].component, { name: "web" });
    const { resources } = (await cloud.api("GET", "/projects/default/resources")).body;
    assert.ok(resources.some((resource: Json) => resource.urn === `do:app:${id}`));
    assert.deepEqual((await cloud.api("DELETE", `/apps/${id}`)).body, { id });
    refused(await cloud.api("GET", `/apps/${id}`), 404, "not_found", /app not found/);
  });

  test("an update keeps the address, and what was active is superseded", async () => {
    const app = await make(spec("updated"));
    const changed = spec("updated", {
      services: [service({ instance_count: 2, instance_size_slug: "apps-s-1vcpu-1gb" })],
    });
    const { body } = await cloud.api("PUT", `/apps/${app.id}`, { spec: changed });
    assert.equal(body.app.pending_deployment.cause, "app spec updated");
    const after = await settled(app.id);
    assert.equal(after.default_ingress, app.default_ingress);
    assert.equal(after.spec.services[0].instance_count, 2);
    const before = await cloud.api("GET", `/apps/${app.id}/deployments/${app.active_deployment.id}`);
    assert.equal(before.body.deployment.phase, "SUPERSEDED");
    const moved = await cloud.api("PUT", `/apps/${app.id}`, { spec: { ...changed, region: "fra" } });
    refused(moved, 400, "invalid_argument", /region of an app cannot be changed/);
  });

  test("a secret comes back encrypted, stays when it is sent back so, and is never in plain text on the disk", async () => {
    const plain = "sample-secret-of-an-app";
    const app = await make(
      spec("secretive", { envs: [secret(plain)], services: [service({ envs: [secret(plain)] })] }),
    );
    const [kept] = app.spec.envs;
    assert.match(kept.value, /^EV\[1:[^:]+:[^:]+\]$/);
    assert.notEqual(kept.value, app.spec.services[0].envs[0].value);
    assert.throws(() => execFileSync("grep", ["-rqF", plain, cloud.folder]));
    assert.ok(!JSON.stringify((await cloud.admin("GET", "/requests")).body).includes(plain));

    const same = await cloud.api("PUT", `/apps/${app.id}`, { spec: app.spec });
    assert.equal(same.body.app.spec.envs[0].value, kept.value);
    const envs = [secret("another-sample-secret")];
    const other = await cloud.api("PUT", `/apps/${app.id}`, { spec: { ...app.spec, envs } });
    assert.notEqual(other.body.app.spec.envs[0].value, kept.value);
    const foreign = await cloud.api("POST", "/apps", { spec: spec("thief", { envs: [kept] }) });
    refused(foreign, 400, "invalid_argument", /does not belong to this app/);
    const empty = await cloud.api("POST", "/apps", { spec: spec("empty", { envs: [secret("")] }) });
    refused(empty, 400, "invalid_argument", /envs\.PASSWORD.*empty/);
  });

  test("registry credentials are secrets too", async () => {
    const image = { ...IMAGE, registry_credentials: "user:sample-registry-token" };
    const app = await make(spec("private-image", { services: [service({ image })] }));
    assert.match(app.spec.services[0].image.registry_credentials, /^EV\[1:/);
  });

  const refusals: [string, object, number, RegExp][] = [
    ["a name with capitals", { name: "Wrong" }, 422, /spec\.name/],
    ["a name of one letter", { name: "a" }, 422, /spec\.name/],
    ["an unknown field", { colour: "red" }, 422, /spec\.colour: unknown field/],
    [
      "an unknown field of a service",
      { services: [service({ port: 1 })] },
      422,
      /spec\.services\.0\.port: unknown field/,
    ],
    ["an unknown region", { region: "sgp1" }, 400, /region/],
    ["no component", { services: [] }, 400, /at least one component/],
    ["two components of one name", { services: [service(), service()] }, 400, /unique/],
    ["no source", { services: [{ name: "web" }] }, 400, /exactly one source/],
    [
      "a registry with DOCR",
      { services: [service({ image: { ...IMAGE, registry_type: "DOCR" } })] },
      400,
      /empty for DOCR/,
    ],
    ["tag and digest", { services: [service({ image: { ...IMAGE, digest: "sha256:0" } })] }, 400, /not both/],
    [
      "deploy on push from Docker Hub",
      { services: [service({ image: { ...IMAGE, deploy_on_push: { enabled: true } } })] },
      400,
      /DOCR/,
    ],
    ["an unknown size", { services: [service({ instance_size_slug: "huge" })] }, 400, /huge/],
    [
      "two of a single-instance size",
      { services: [service({ instance_count: 2 })] },
      400,
      /one instance only/,
    ],
    [
      "autoscaling on a shared size",
      {
        services: [
          service({
            autoscaling: { min_instance_count: 1, max_instance_count: 3, metrics: { cpu: { percent: 80 } } },
          }),
        ],
      },
      400,
      /dedicated/,
    ],
    [
      "a rule to nowhere",
      { ingress: { rules: [{ component: { name: "nobody" } }] } },
      400,
      /no component nobody/,
    ],
    ["a VPC that is not there", { vpc: { id: "0d3ec42e-f3ec-4c99-97ef-aa62d5db6b09" } }, 400, /VPC/],
    [
      "two primary domains",
      { domains: ["a.example", "b.example"].map((domain) => ({ domain, type: "PRIMARY" })) },
      400,
      /PRIMARY/,
    ],
  ];
  for (const [what, change, status, words] of refusals) {
    test(`${what} is refused`, async () => {
      const answer = await cloud.api("POST", "/apps", { spec: spec("refused", change) });
      refused(answer, status, status === 422 ? "unprocessable_entity" : "invalid_argument", words);
    });
  }

  test("names and domains belong to one app only", async () => {
    const app = await make(spec("owner", { domains: [{ domain: "www.example.com", type: "PRIMARY" }] }));
    assert.equal(app.live_url, "https://www.example.com");
    refused(
      await cloud.api("POST", "/apps", { spec: spec("owner") }),
      400,
      "invalid_argument",
      /already exists/,
    );
    const second = spec("second", { domains: [{ domain: "WWW.example.com" }] });
    refused(await cloud.api("POST", "/apps", { spec: second }), 400, "invalid_argument", /already in use/);
  });

  test("a deployment that fails leaves the one before active", async () => {
    const app = await make(spec("fragile"));
    await cloud.admin("POST", "/faults", {
      kind: "deployment-fails",
      times: 1,
      match: { path: `/v2/apps/${app.id}` },
    });
    await cloud.api("PUT", `/apps/${app.id}`, { spec: app.spec });
    const after = await settled(app.id);
    assert.equal(after.active_deployment.id, app.active_deployment.id);
    const failed = await latest(app.id);
    assert.equal(failed.phase, "ERROR");
    assert.equal(failed.progress.error_steps, 1);
    assert.ok(failed.progress.steps.some((step: Json) => step.status === "ERROR" && step.reason.message));
  });

  test("a rollback pins the app, refuses deployments, and is reverted or committed", async () => {
    const app = await make(spec("pinned"));
    const newer = spec("pinned", { services: [service({ http_port: 81 })] });
    await cloud.api("PUT", `/apps/${app.id}`, { spec: newer });
    await settled(app.id);
    const target = { deployment_id: app.active_deployment.id };
    const check = (await cloud.api("POST", `/apps/${app.id}/rollback/validate`, target)).body;
    assert.equal(check.valid, true);
    assert.equal(check.warnings[0].code, "image_source_missing_digest");

    await cloud.api("POST", `/apps/${app.id}/rollback`, target);
    const back = await settled(app.id);
    assert.equal(back.spec.services[0].http_port, 80);
    assert.equal(back.pinned_deployment.cloned_from, app.active_deployment.id);
    refused(await cloud.api("PUT", `/apps/${app.id}`, { spec: newer }), 409, "conflict", /app_pinned/);
    refused(await cloud.api("POST", `/apps/${app.id}/deployments`), 409, "conflict", /app_pinned/);
    const again = (await cloud.api("POST", `/apps/${app.id}/rollback/validate`, target)).body;
    assert.equal(again.error.code, "app_pinned");

    await cloud.api("POST", `/apps/${app.id}/rollback/revert`);
    const reverted = await settled(app.id);
    assert.equal(reverted.spec.services[0].http_port, 81);
    assert.equal(reverted.pinned_deployment, undefined);

    await cloud.api("POST", `/apps/${app.id}/rollback`, target);
    await settled(app.id);
    assert.equal((await cloud.api("POST", `/apps/${app.id}/rollback/commit`)).status, 200);
    assert.equal((await get(app.id)).spec.services[0].http_port, 80);
    assert.equal((await cloud.api("PUT", `/apps/${app.id}`, { spec: newer })).status, 200);
    refused(await cloud.api("POST", `/apps/${app.id}/rollback/commit`), 400, "bad_request", /not pinned/);
  });

  test("alerts of the spec get destinations that stay over an update", async () => {
    const cpu = { rule: "CPU_UTILIZATION", operator: "GREATER_THAN", value: 80, window: "FIVE_MINUTES" };
    const wanted = spec("watched", {
      alerts: [{ rule: "DEPLOYMENT_FAILED" }],
      services: [service({ alerts: [cpu] })],
    });
    const app = await make(wanted);
    const alerts = async (): Promise<Json[]> =>
      (await cloud.api("GET", `/apps/${app.id}/alerts`)).body.alerts;
    const [failed, busy] = await alerts();
    assert.deepEqual([failed.spec.rule, busy.component_name], ["DEPLOYMENT_FAILED", "web"]);
    const url = "https://hooks.slack.test/services/sample-hook";
    const destinations = { emails: ["ops@example.com"], slack_webhooks: [{ channel: "#alerts", url }] };
    await cloud.api("POST", `/apps/${app.id}/alerts/${failed.id}/destinations`, destinations);
    await cloud.api("PUT", `/apps/${app.id}`, { spec: wanted });
    const [kept] = await alerts();
    assert.deepEqual(
      [kept.id, kept.emails, kept.slack_webhooks],
      [failed.id, ["ops@example.com"], destinations.slack_webhooks],
    );
    assert.throws(() => execFileSync("grep", ["-rqF", url, cloud.folder]));
  });

  test("what App Platform sells is told", async () => {
    const { instance_sizes: sizes } = (await cloud.api("GET", "/apps/tiers/instance_sizes")).body;
    assert.ok(
      sizes.some((size: Json) => size.slug === "apps-s-1vcpu-0.5gb" && size.usd_per_month === "5.00"),
    );
    const one = await cloud.api("GET", "/apps/tiers/instance_sizes/apps-d-1vcpu-1gb");
    assert.equal(one.body.instance_size.scalable, true);
    assert.ok(
      (await cloud.api("GET", "/apps/regions")).body.regions.some((region: Json) => region.slug === "sgp"),
    );
  });
});

describe("App Platform where somebody runs the containers", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud(["--no-spaces", "--runs-apps"]);
  });
  after(() => cloud?.dispose());

  const latest = async (id: string): Promise<Json> =>
    (await cloud.api("GET", `/apps/${id}/deployments`)).body.deployments[0];
  /** The deployment that was begun last, when all it waits for is its containers. */
  async function waiting(id: string): Promise<Json> {
    const { deployments } = await cloud.eventually(
      `/apps/${id}/deployments`,
      ({ deployments: [last] }) => last.phase === "DEPLOYING",
    );
    return deployments[0];
  }
  const tell = (deployment: string, outcome: object) =>
    cloud.admin("PUT", `/deployments/${deployment}/outcome`, outcome);

  test("a deployment goes live when its containers are healthy, and not before", async () => {
    const { id } = await cloud.make("/apps", "app", { spec: spec("waits") });
    const { id: deployment } = await waiting(id);
    // Longer than every phase takes that only the clock decides.
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal((await latest(id)).phase, "DEPLOYING");
    assert.equal((await tell(deployment, { healthy: true })).status, 204);
    assert.equal((await latest(id)).phase, "ACTIVE");
    assert.equal((await tell(deployment, { healthy: true })).status, 409);
  });

  test("one whose containers fail is an error with the reason, and the one before it stays active", async () => {
    const { id } = await cloud.make("/apps", "app", { spec: spec("fails") });
    const reaches = (deployment: string, wanted: string) =>
      cloud.eventually(`/apps/${id}/deployments/${deployment}`, (body) => body.deployment.phase === wanted);
    const first = await waiting(id);
    await tell(first.id, { healthy: true });
    // Healthy containers do not shorten the rest of its time, in which another deployment would take its place.
    await reaches(first.id, "ACTIVE");
    await cloud.api("POST", `/apps/${id}/deployments`);
    const failing = await waiting(id);
    await tell(failing.id, { healthy: false, code: "DeployContainerExitNonZero", message: "it ended" });
    const failed = await reaches(failing.id, "ERROR");
    const { reason } = failed.deployment.progress.steps.find((step: Json) => step.reason);
    assert.deepEqual(reason, { code: "DeployContainerExitNonZero", message: "it ended" });
    assert.equal(failed.deployment.outcome, undefined);
    const { app } = (await cloud.api("GET", `/apps/${id}`)).body;
    assert.equal(app.active_deployment.id, first.id);
  });

  test("a newer deployment takes over from one under way", async () => {
    const { id } = await cloud.make("/apps", "app", { spec: spec("hasty") });
    // Under way until it is spoken of, however long the next call takes.
    const first = await waiting(id);
    await cloud.api("POST", `/apps/${id}/deployments`, { force_build: true });
    const { body } = await cloud.api("GET", `/apps/${id}/deployments/${first.id}`);
    assert.equal(body.deployment.phase, "CANCELED");
    const second = await waiting(id);
    assert.notEqual(second.id, first.id);
  });

  test("a deployment that nobody has begun is not there, and half an outcome is refused", async () => {
    assert.equal((await tell("none", { healthy: true })).status, 404);
    const { id } = await cloud.make("/apps", "app", { spec: spec("refused") });
    const { id: deployment } = await waiting(id);
    assert.equal((await tell(deployment, { healthy: false })).status, 422);
    assert.equal((await latest(id)).phase, "DEPLOYING");
  });
});
