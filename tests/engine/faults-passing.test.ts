import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { FaultySandbox, type Request } from "../support/faulty-sandbox.ts";
import type { Outcome } from "../support/sandbox.ts";

const sandbox = new FaultySandbox();
const delayMs = 3000;
let up: Outcome;
before(async () => {
  await sandbox.prepare();
  await sandbox.fault("status --status 429 --retry-after 1 --method POST --path /v2/domains --times 2");
  await sandbox.fault("status --status 500 --method POST --path /v2/apps --times 1");
  await sandbox.fault("reset --method POST --path /v2/projects --times 1");
  await sandbox.fault(`delay --delay ${delayMs} --method POST --path /v2/account/keys --times 1`);
  up = await sandbox.up();
});
after(() => sandbox.remove());

/** How the attempts at something ended, one after the other. */
const attempts = async (path: string) => (await sandbox.met("POST", path)).map(({ status }) => status);

suite("a fault that passes is met with another attempt, and the first up succeeds", () => {
  test("too many requests: it waits as long as it is told, and asks again", async () => {
    assert.deepEqual(await attempts("/v2/domains"), [429, 429, 201]);
    const times = (await sandbox.met("POST", "/v2/domains")).map(({ time }) => Date.parse(time));
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    // Told a second; without being told it would wait 0.2 s at most. The cloud notes a request's end a little after its answer has
    // left, and nobody knows how little on a busy machine.
    assert.ok(
      waits.every((wait) => wait > 500),
      `waited ${waits.join(" and ")} ms`,
    );
  });

  test("a server error: it asks again, and the app is there once", async () => {
    assert.deepEqual((await attempts("/v2/apps")).sort(), [200, 200, 500]);
  });

  test("a connection that breaks: it asks again, and the project is there once", async () => {
    assert.deepEqual(await attempts("/v2/projects"), [0, 201]);
  });

  test("an answer that is slow: it waits, and does not ask twice", async () => {
    assert.deepEqual(await attempts("/v2/account/keys"), [201]);
    const [first] = (await sandbox.requests()) as Request[];
    const [slow] = await sandbox.met("POST", "/v2/account/keys");
    const waited = Date.parse(slow?.time ?? "") - Date.parse(first?.time ?? "");
    assert.ok(waited > delayMs / 2, `the key was there after ${waited} ms`);
  });

  test("the first up succeeds all the same, and the next has nothing to do", async () => {
    assert.equal(up.exitCode, 0, up.printed);
    assert.deepEqual(JSON.parse((await sandbox.run("fault", "list", "--json")).stdout), []);
    await sandbox.assertWhole();
  });
});
