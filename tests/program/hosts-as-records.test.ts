import assert from "node:assert/strict";
import { mock, suite, test } from "node:test";
import { runProgram } from "../support/program.ts";

mock.method(console, "warn", () => {});
const { registrations } = await runProgram("prod", { convergeHosts: false });

suite("the program where hosts are not converged", () => {
  test("goes near no host and no database", () => {
    const near = registrations.filter(({ type }) =>
      /^command:|:Convergence$|:HostAccess$|:DatabaseRoles$/.test(type),
    );
    assert.deepEqual(near, []);
  });

  test("manages the cloud's resources all the same", () => {
    assert.equal(registrations.filter(({ type }) => type === "digitalocean:index/droplet:Droplet").length, 2);
  });
});
