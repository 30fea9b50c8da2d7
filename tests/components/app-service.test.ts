import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { recordRegistrations, unwrap } from "../support/mocks.ts";

recordRegistrations();
const { appSpecification } = await import("../../components/app/specification.ts");
const { appVariables } = await import("../../components/app/variables.ts");
const { AppService } = await import("../../components/app/app-service.ts");

const input = {
  appName: "mcp-coordinator",
  appRegion: "sfo",
  componentName: "mcp",
  hostName: "mcp.example.com",
  image: { registryType: "DOCR", repository: "mcp", digest: `sha256:${"a".repeat(64)}` },
  size: "apps-s-1vcpu-0.5gb",
  port: 3000,
  healthPath: "/api/health",
  initialDelaySeconds: 30,
  notifications: {
    emails: ["ops@example.com"],
    slack: { channel: "#alerts", webhookUrl: pulumi.secret("https://hooks.example.com/sample") },
  },
  variables: {
    SECOND: { value: pulumi.secret("sample-value"), secret: true },
    FIRST: { value: "plain", secret: false },
  },
};

suite("an app's specification", () => {
  const specification = appSpecification(input);
  const [service] = specification.services as { envs: unknown[]; image: unknown; healthCheck: unknown }[];

  test("types every secret SECRET, at run time only, in a stable order", async () => {
    assert.deepEqual(await unwrap(service?.envs ?? []), [
      { key: "FIRST", value: "plain", scope: "RUN_TIME", type: "GENERAL" },
      { key: "SECOND", value: "sample-value", scope: "RUN_TIME", type: "SECRET" },
    ]);
  });

  test("names its image exactly, and leaves out what it does not have", () => {
    assert.deepEqual(service?.image, input.image);
  });

  test("runs nothing before a deployment unless it is told to", () => {
    assert.equal("jobs" in specification, false);
  });

  test("what runs before a deployment has the service's image, size and secrets, and the deployment fails with it", async () => {
    const { services, jobs } = appSpecification({ ...input, beforeDeployment: "/usr/bin/migrate" });
    const [job, ...others] = (await unwrap(jobs ?? [])) as Record<string, unknown>[];
    const [own] = (await unwrap(services ?? [])) as Record<string, unknown>[];
    assert.deepEqual(others, []);
    const { name, kind, runCommand, ...same } = job ?? {};
    assert.deepEqual([name, kind, runCommand], ["before-deployment", "PRE_DEPLOY", "/usr/bin/migrate"]);
    const { image, envs, instanceSizeSlug, instanceCount } = own ?? {};
    assert.deepEqual(same, { image, envs, instanceSizeSlug, instanceCount });
    assert.deepEqual(same.envs, [
      { key: "FIRST", value: "plain", scope: "RUN_TIME", type: "GENERAL" },
      { key: "SECOND", value: "sample-value", scope: "RUN_TIME", type: "SECRET" },
    ]);
  });

  test("is asked for on the service's own health path", () => {
    assert.deepEqual(service?.healthCheck, {
      httpPath: "/api/health",
      initialDelaySeconds: 30,
      periodSeconds: 30,
      timeoutSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    });
  });

  test("tells people of deployments that fail, of restarts, of processor and memory", async () => {
    const told = {
      emails: ["ops@example.com"],
      slackWebhooks: [{ channel: "#alerts", url: "https://hooks.example.com/sample" }],
    };
    const alerts = (await unwrap([
      ...(specification.alerts as object[]),
      ...((service as unknown as { alerts: object[] }).alerts ?? []),
    ])) as { rule: string; destinations: object }[];
    assert.deepEqual(alerts.map(({ rule }) => rule).sort(), [
      "CPU_UTILIZATION",
      "DEPLOYMENT_FAILED",
      "DOMAIN_FAILED",
      "MEM_UTILIZATION",
      "RESTART_COUNT",
    ]);
    for (const { rule, destinations } of alerts) assert.deepEqual(destinations, told, rule);
  });

  test("answers for one domain", () => {
    assert.deepEqual(specification.domainNames, [{ name: "mcp.example.com", type: "PRIMARY" }]);
  });
});

suite("an app's variables", () => {
  const sources = {
    port: 8088,
    serviceUrl: (service: string) => `https://${service}.example.com`,
    databaseRestUrl: "https://ref.supabase.co",
    signOnAddresses: ["@example.com", "one@example.org"],
    database: () => ({
      session: pulumi.secret("postgresql://superset.ref:pw@pooler:5432/postgres?sslmode=require"),
      transaction: pulumi.secret("never used"),
    }),
    secret: (name: string) => pulumi.secret(`operator ${name}`),
    generated: (name: string) => pulumi.secret(`generated ${name}`),
  };

  test("come from where the catalogue says, and secrets stay secrets", async () => {
    const variables = appVariables(
      {
        PORT: { from: "port" },
        ODOO_URL: { from: "serviceUrl", service: "odoo" },
        REST: { from: "databaseRestUrl" },
        ALLOWED: { from: "signOnAddresses" },
        KEY: { from: "generated", secret: "secret-key" },
        CLIENT: { from: "secret", secret: "clientSecret" },
      },
      sources,
    );
    assert.deepEqual(await unwrap(variables), {
      PORT: { value: "8088", secret: false },
      ODOO_URL: { value: "https://odoo.example.com", secret: false },
      REST: { value: "https://ref.supabase.co", secret: false },
      ALLOWED: { value: "@example.com,one@example.org", secret: false },
      KEY: { value: "generated secret-key", secret: true },
      CLIENT: { value: "operator clientSecret", secret: true },
    });
    assert.equal(await pulumi.isSecret(pulumi.output(variables.KEY?.value)), true);
  });

  test("a database address uses the session pooler, the driver's scheme and the application's schema", async () => {
    const variables = appVariables(
      { URI: { from: "databaseUrl", scheme: "postgresql+psycopg2", searchPath: "superset" } },
      sources,
    );
    const uri = variables.URI?.value ?? "";
    assert.equal(
      await unwrap(uri),
      "postgresql+psycopg2://superset.ref:pw@pooler:5432/postgres?sslmode=require&options=-csearch_path%3Dsuperset",
    );
    assert.equal(await pulumi.isSecret(pulumi.output(uri)), true);
  });
});

test("an app without an address says what is wrong and what to do, instead of breaking every name that points at it", async () => {
  const { hostOf } = await import("../../components/app/app-service.ts");
  assert.throws(
    () => hostOf("", { name: "mcp-coordinator", id: "844b0bb2" }),
    /app mcp-coordinator has no address.*create-deployment 844b0bb2 --wait.*pulumi up --refresh/,
  );
  const app = { name: "mcp-coordinator", id: "844b0bb2" };
  assert.equal(hostOf("https://mcp.ondigitalocean.app", app), "mcp.ondigitalocean.app");
});

suite("an app", () => {
  test("gives its platform host name for the CNAME", async () => {
    const app = new AppService("app-mcp", input);
    assert.equal(await unwrap(app.ingressHost), "app-mcp-app.ondigitalocean.app");
  });
});
