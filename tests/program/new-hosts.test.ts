import assert from "node:assert/strict";
import { mock, suite, test } from "node:test";
import { catalogue } from "../../config/catalogue.ts";
import { ofType, secretValue } from "../support/mocks.ts";
import { runProgram } from "../support/program.ts";

mock.method(console, "warn", () => {});
const { registrations } = await runProgram("staging");

suite("the program as staging declares, whose hosts are its own", () => {
  const commands = ofType(registrations, "command:remote:Command");

  test("lets nobody in: cloud-init has made the deploy user", () => {
    assert.deepEqual(Object.keys(commands).sort(), [
      "database-logins-retired-apply",
      "database-roles-apply",
      "host-erp-convergence-apply",
      "host-ocr-convergence-apply",
    ]);
  });

  test("retires logins only when hosts and apps have the next ones", () => {
    const components = ofType(registrations, "insightpulse:database:RetiredLogins");
    const dependencies = components["database-logins-retired"]?.dependencies ?? [];
    const users = ["host-erp-convergence-apply", "host-ocr-convergence-apply", "app-superset-app"];
    for (const wanted of [...users, "database-roles-apply"])
      assert.ok(dependencies.includes(wanted), `does not wait for ${wanted}: ${dependencies}`);
  });

  test("an app signs in once its database role is there; one without a role does not wait for it", () => {
    const apps = ofType(registrations, "insightpulse:app:AppService");
    const waits = (name: string) =>
      apps[name]?.dependencies?.includes("database-roles-apply") ?? assert.fail(name);
    assert.deepEqual([waits("app-superset"), waits("app-mcp")], [true, false]);
  });

  test("what runs before a deployment is the catalogue's, with the app's own image and secrets", () => {
    const { jobs, services } = secretValue(
      ofType(registrations, "digitalocean:index/app:App")["app-superset-app"]?.inputs.spec,
    ) as Record<"jobs" | "services", Record<string, unknown>[]>;
    const [job, ...others] = jobs;
    assert.deepEqual(others, []);
    assert.equal(job?.runCommand, catalogue.superset?.kind === "app" && catalogue.superset.beforeDeployment);
    for (const same of ["image", "envs"]) assert.deepEqual(job?.[same], services[0]?.[same]);
  });

  test("makes the roles once their host is there, and does not wait for names or apps", () => {
    const components = ofType(registrations, "insightpulse:database:DatabaseRoles");
    const dependencies = components["database-roles"]?.dependencies ?? [];
    assert.ok(dependencies.includes("host-erp-droplet"));
    assert.deepEqual(
      dependencies.filter((name) => /^(dns|app|host-ocr)-/.test(name)),
      [],
    );
  });
});
