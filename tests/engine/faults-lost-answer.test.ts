import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { errorsOf, FaultySandbox } from "../support/faulty-sandbox.ts";
import type { Outcome } from "../support/sandbox.ts";

const sandbox = new FaultySandbox();
const zone = "staging.insightpulseai.net";
let up: Outcome;
before(async () => {
  await sandbox.prepare();
  for (const path of ["/v2/droplets", "/v2/domains", "/v2/apps"])
    await sandbox.fault(`answer-lost --method POST --path ${path} --times 1`);
  up = await sandbox.up(["--continue-on-error"]);
});
after(() => sandbox.remove());

const droplets = async () =>
  ((await sandbox.inventory()).droplets ?? []).filter(({ name }) => String(name).includes("staging"));

/** URN in the state by its end. */
async function urnOf(name: string): Promise<string> {
  const found = (await sandbox.state()).find(({ urn }) => urn.endsWith(`::${name}`));
  return found?.urn ?? assert.fail(`${name} is not in the state`);
}

/** Takes over by hand what the vendor has made and the state does not know, as docs/faults.md says. */
async function takeOver(type: string, name: string, id: string, parent: string): Promise<void> {
  const options = [
    "--parent",
    `parent=${await urnOf(parent)}`,
    "--protect=false",
    "--generate-code=false",
    "--yes",
  ];
  const { exitCode, printed } = await sandbox.engine(["import", type, name, id, ...options]);
  assert.equal(exitCode, 0, printed);
}

suite("an answer that is lost after the vendor has acted", () => {
  test("is asked for again, as the official provider does: what has one name is refused in the vendor's words", async () => {
    assert.notEqual(up.exitCode, 0);
    assert.match(errorsOf(up), /\(dns-zone\):\s+error: .*422.*already (exists|in use)/);
    assert.match(errorsOf(up), /\(app-(mcp|superset)-app\):\s+error: .*400.*already exists/);
    const asked = async (path: string) => (await sandbox.met("POST", path)).map(({ status }) => status);
    assert.deepEqual(await asked("/v2/domains"), [0, 422]);
  });

  test("of a droplet makes a second one, which status names with the command that removes it", async () => {
    const made = await droplets();
    const ids = new Set((await sandbox.state()).map((one) => String((one as { id?: string }).id)));
    const unknown = made.filter(({ id }) => !ids.has(String(id)));
    assert.deepEqual([made.length, unknown.length], [3, 1]);
    const [stray] = unknown;
    const status = JSON.parse((await sandbox.run("status", "staging", "--json")).stdout);
    assert.deepEqual(status.strays, [{ id: String(stray?.id), name: stray?.name }]);
    const told = (await sandbox.run("status", "staging")).stdout;
    assert.match(told, /In the cloud, tagged as this environment's, and in no state/);
    assert.ok(told.includes(`"$DIGITALOCEAN_API_URL/v2/droplets/${stray?.id}"`), told);
    await sandbox.byHand("DELETE", `/v2/droplets/${stray?.id}`);
    assert.deepEqual(JSON.parse((await sandbox.run("status", "staging", "--json")).stdout).strays, []);
  });

  test("taken over by import, everything is there once, and the next up converges", async () => {
    const generated = await sandbox.generated();
    const known = new Set((await sandbox.state()).map((one) => (one as { id?: string }).id));
    const app = ((await sandbox.inventory()).apps ?? []).find(
      ({ id, spec }) => !known.has(String(id)) && /-staging$/.test((spec as { name: string }).name),
    );
    const { id, spec } = app ?? assert.fail("the app whose answer was lost is not there");
    const service = (spec as { name: string }).name.replace("-staging", "");
    await takeOver("digitalocean:index/domain:Domain", "dns-zone", zone, "dns");
    await takeOver("digitalocean:index/app:App", `app-${service}-app`, String(id), `app-${service}`);
    await sandbox.assertConverges();
    await sandbox.assertKept(generated);
  });
});
