import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { app } from "../../../sandbox/providers/digitalocean/resources/app.ts";
import type { Change } from "../../../sandbox/providers/framework/diff.ts";
import { NotReady } from "../../../sandbox/providers/framework/errors.ts";
import { valueAt } from "../../../sandbox/providers/framework/values.ts";
import type { JsonObject } from "../../../sandbox/providers/framework/wire.ts";
import { requestsOf } from "./support.ts";

const envs = (secret: string) => [
  { key: "SECRET_KEY", value: secret, type: "SECRET", scope: "RUN_TIME" },
  { key: "MODE", value: "production", scope: "RUN_TIME" },
];
const declared = (secret: string) => ({
  spec: {
    name: "superset",
    services: [
      {
        name: "web",
        envs: envs(secret).map((env) => ({ type: "GENERAL", ...env })),
        image: { registryType: "DOCKER_HUB", repository: "superset" },
      },
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
  services: [
    { name: "web", envs: envs(secret), image: { registry_type: "DOCKER_HUB", repository: "superset" } },
  ],
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
              name: "web",
              envs: envs(`EV[1:${sealings}:sealed]`).toReversed(),
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

const changedPaths = ({ changes }: { changes: Change[] }): string[] =>
  changes.map(({ path }) => path.join("."));

describe("an app", () => {
  test("is deployed, and a second look shows nothing to change although the secret is never told", async () => {
    const requests = await requestsOf(app, answers, async (life) => {
      const { state } = await life.create(declared("s3cr3t"));
      assert.deepEqual(life.changes(state.fields, declared("s3cr3t")).changes, []);
      assert.deepEqual(changedPaths(life.changes(state.fields, declared("rotated"))), [
        "spec.services.0.envs.0.value",
      ]);
    });
    assert.deepEqual(requests, [
      ["POST", "/v2/apps", { spec: sent("s3cr3t") }],
      ["GET", "/v2/apps/a1/deployments/d1"],
      ["GET", "/v2/apps/a1/deployments/d1"],
      ["GET", "/v2/apps/a1/alerts"],
      ["POST", destinations, { emails: ["a@b.c"], slack_webhooks: [] }],
      ["GET", "/v2/apps/a1"],
    ]);
  });

  test("shows every secret variable as changed after a refresh, for that reads the sealed text", async () => {
    await requestsOf(app, answers, async (life) => {
      const { state } = await life.create(declared("s3cr3t"));
      const refreshed = await life.read("a1", state.fields, declared("s3cr3t"));
      const value = ["spec", "services", 0, "envs", 0, "value"];
      assert.match(String(valueAt(refreshed?.state.fields, value)), /^EV\[1:/);
      assert.match(String(valueAt(refreshed?.inputs?.fields, value)), /^EV\[1:/);
      const found = life.changes(refreshed?.state.fields ?? {}, declared("s3cr3t"));
      assert.deepEqual(changedPaths(found), ["spec.services.0.envs.0.value"]);
      const { state: settled } = await life.update("a1", refreshed?.state.fields ?? {}, declared("s3cr3t"));
      assert.deepEqual(life.changes(settled.fields, declared("s3cr3t")).changes, []);
    });
  });

  test("neither sends nor stores that a variable is GENERAL, and finds no change in that", async () => {
    await requestsOf(app, answers, async (life) => {
      const { state } = await life.create(declared("s3cr3t"));
      const type = ["spec", "services", 0, "envs", 1, "type"];
      assert.equal(valueAt(state.fields, type), "");
      const refreshed = await life.read("a1", state.fields, declared("s3cr3t"));
      assert.equal(valueAt(refreshed?.state.fields, type), "");
    });
  });

  test("with a variable of no declared type shows a change each time", async () => {
    const untyped = { spec: { name: "superset", envs: [{ key: "MODE", value: "production" }] } };
    const stored = {
      ...untyped.spec,
      envs: [{ key: "MODE", value: "production", scope: "RUN_AND_BUILD_TIME", type: "" }],
    };
    await requestsOf(app, {}, async (life) => {
      const found = life.changes({ spec: stored, deploymentPerPage: 20 }, untyped);
      assert.deepEqual(changedPaths(found), ["spec.envs.0.type"]);
    });
  });

  test("that was imported is updated once, for its own setting, without a word to the service", async () => {
    const live = { reply: { app: { id: "a1", spec: { name: "superset" } } } };
    const bare = { spec: { name: "superset" } };
    const requests = await requestsOf(app, { "GET /v2/apps/a1": live }, async (life) => {
      const imported = await life.read("a1");
      const fields = imported?.state.fields ?? {};
      assert.deepEqual(changedPaths(life.changes(fields, bare)), ["deploymentPerPage"]);
      const { state } = await life.update("a1", fields, bare);
      assert.deepEqual(life.changes(state.fields, bare).changes, []);
    });
    assert.deepEqual(requests, [
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

  for (const reason of ["no such image", "A component did not become healthy."]) {
    test(`whose deployment fails keeps its id and says which step failed, and why: ${reason}`, async () => {
      const steps = [{ name: "deploy", status: "ERROR", reason: { message: reason } }];
      const failing = { ...answers, "GET /v2/apps/a1/deployments/d1": phase("ERROR", steps) };
      await requestsOf(app, failing, async (life) => {
        const error = await life.create(declared("s3cr3t")).catch((thrown: unknown) => thrown);
        assert.ok(error instanceof NotReady);
        assert.equal(error.id, "a1");
        const sentence = `Deployment d1 of app a1 ended as ERROR: deploy: ${reason.replace(/\.$/, "")}.`;
        assert.equal(error.message.split("\n")[0], sentence);
      });
    });
  }
});
