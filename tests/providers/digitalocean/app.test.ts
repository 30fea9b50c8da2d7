import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { app } from "../../../sandbox/providers/digitalocean/resources/app.ts";
import { NotReady } from "../../../sandbox/providers/framework/errors.ts";
import type { JsonObject } from "../../../sandbox/providers/framework/wire.ts";
import { requestsOf } from "./support.ts";

const spec = (secret: string, sort: "declared" | "answered") => {
  const envs = [
    { key: "SECRET_KEY", value: secret, type: "SECRET", scope: "RUN_TIME" },
    { key: "MODE", value: "production", scope: "RUN_TIME" },
  ];
  return { name: "web", envs: sort === "declared" ? envs : envs.toReversed() };
};
const declared = (secret: string) => ({
  spec: {
    name: "superset",
    services: [
      { ...spec(secret, "declared"), image: { registryType: "DOCKER_HUB", repository: "superset" } },
    ],
    domainNames: [{ name: "bi.example.com", type: "PRIMARY" }],
    alerts: [{ rule: "DEPLOYMENT_FAILED", destinations: { emails: ["a@b.c"] } }],
  },
});
const sent = (secret: string): JsonObject => ({
  name: "superset",
  disable_edge_cache: false,
  disable_email_obfuscation: false,
  enhanced_threat_control_enabled: false,
  services: [{ ...spec(secret, "declared"), image: { registry_type: "DOCKER_HUB", repository: "superset" } }],
  domains: [{ domain: "bi.example.com", type: "PRIMARY" }],
  alerts: [{ rule: "DEPLOYMENT_FAILED", disabled: false }],
});
let sealings = 0;
const answered = (pending?: string): { reply: JsonObject } => {
  sealings += 1;
  return {
    reply: {
      app: {
        id: "a1",
        project_id: "p1",
        created_at: "2025-11-03T00:00:00Z",
        updated_at: "2025-11-03T00:00:00Z",
        active_deployment: { id: "d1" },
        ...(pending ? { pending_deployment: { id: pending } } : {}),
        spec: {
          ...sent("x"),
          services: [
            {
              ...spec(`EV[1:${sealings}:sealed]`, "answered"),
              image: { registry_type: "DOCKER_HUB", repository: "superset" },
              http_port: 8080,
            },
          ],
          ingress: { rules: [{ component: { name: "web" }, match: { path: { prefix: "/" } } }] },
        },
      },
    },
  };
};
const phase = (name: string, steps: JsonObject[] = []): { reply: JsonObject } => ({
  reply: { deployment: { id: "d1", phase: name, progress: { steps } } },
});
const alerts = { reply: { alerts: [{ id: "al1", spec: { rule: "DEPLOYMENT_FAILED" } }] } };
const destinations = "/v2/apps/a1/alerts/al1/destinations";

const answers = {
  "POST /v2/apps": answered("d1"),
  "GET /v2/apps/a1": [answered(), answered(), answered()],
  "PUT /v2/apps/a1": answered("d1"),
  "GET /v2/apps/a1/deployments/d1": [phase("BUILDING"), phase("ACTIVE")],
  "GET /v2/apps/a1/alerts": alerts,
  [`POST ${destinations}`]: { reply: {} },
};

describe("an app", () => {
  test("is deployed, and a second look shows nothing to change although the secret is never told", async () => {
    const requests = await requestsOf(app, answers, async (life) => {
      const created = await life.create(declared("s3cr3t"));
      assert.deepEqual(life.changes(created.state.fields, declared("s3cr3t")).changes, []);
      const refreshed = await life.read("a1", created.state.fields, declared("s3cr3t"));
      assert.deepEqual(life.changes(refreshed?.state.fields ?? {}, declared("s3cr3t")).changes, []);
      const rotated = life.changes(created.state.fields, declared("rotated")).changes;
      assert.deepEqual(
        rotated.map(({ path }) => path.join(".")),
        ["spec.services.0.envs.0.value"],
      );
    });
    assert.deepEqual(requests, [
      ["POST", "/v2/apps", { spec: sent("s3cr3t") }],
      ["GET", "/v2/apps/a1/deployments/d1"],
      ["GET", "/v2/apps/a1/deployments/d1"],
      ["GET", "/v2/apps/a1/alerts"],
      ["POST", destinations, { emails: ["a@b.c"], slack_webhooks: [] }],
      ["GET", "/v2/apps/a1"],
      ["GET", "/v2/apps/a1"],
    ]);
  });

  test("is deployed anew with a changed secret", async () => {
    const requests = await requestsOf(app, answers, async (life) => {
      const { state } = await life.create(declared("s3cr3t"));
      const updated = await life.update("a1", state.fields, declared("rotated"));
      assert.deepEqual(life.changes(updated.state.fields, declared("rotated")).changes, []);
    });
    const put = requests.find(([method]) => method === "PUT");
    assert.deepEqual(put, ["PUT", "/v2/apps/a1", { spec: sent("rotated") }]);
  });

  test("comes back from an import with every variable secret, in inputs and outputs", async () => {
    await requestsOf(app, answers, async (life) => {
      const imported = await life.read("a1");
      const expected = ["spec.services.0.envs.0.value", "spec.services.0.envs.1.value"];
      assert.deepEqual(
        imported?.state.secrets.map((path) => path.join(".")),
        expected,
      );
      assert.deepEqual(
        imported?.inputs?.secrets.map((path) => path.join(".")),
        expected,
      );
    });
  });

  test("whose deployment fails keeps its id and says which step failed", async () => {
    const steps = [{ name: "build", status: "ERROR", reason: { message: "no such image" } }];
    const failing = { ...answers, "GET /v2/apps/a1/deployments/d1": phase("ERROR", steps) };
    await requestsOf(app, failing, async (life) => {
      const error = await life.create(declared("s3cr3t")).catch((reason: unknown) => reason);
      assert.ok(error instanceof NotReady);
      assert.equal(error.id, "a1");
      assert.match(error.message, /Deployment d1 of app a1 ended as ERROR: build: no such image\./);
    });
  });
});
