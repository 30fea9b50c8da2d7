import assert from "node:assert/strict";
import { mock, suite, test } from "node:test";
import { ofType } from "../support/mocks.ts";
import { runProgram } from "../support/program.ts";

mock.method(console, "warn", () => {});
const { registrations } = await runProgram("staging");

suite("the program as staging declares, whose hosts are its own", () => {
  const commands = ofType(registrations, "command:remote:Command");

  test("lets nobody in: cloud-init has made the deploy user", () => {
    assert.deepEqual(Object.keys(commands).sort(), [
      "database-roles-apply",
      "host-erp-convergence-apply",
      "host-ocr-convergence-apply",
    ]);
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
