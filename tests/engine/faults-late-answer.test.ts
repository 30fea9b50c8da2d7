import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { installedKinds } from "../../sandbox/engine/plugins.ts";
import { errorsOf, FaultySandbox } from "../support/faulty-sandbox.ts";
import type { Outcome } from "../support/sandbox.ts";

const sandbox = new FaultySandbox();
let up: Outcome;
before(async () => {
  await sandbox.prepare();
  // The operator's own setting, made short. The official provider asks for the first time after ten seconds.
  const { digitalocean } = installedKinds(join(sandbox.folder, "providers.json"));
  const seconds = digitalocean === "official" ? 20 : 3;
  const hosts = {
    "hosts.erp.createTimeout": `${seconds}s`,
    "hosts.ocr.createTimeout": `${seconds}s`,
  };
  const settings = ["--config-file", sandbox.editedSettings("staging", hosts)];
  await sandbox.fault(
    `answer-late --delay ${(seconds + 1) * 1000} --method POST --path /v2/droplets --times 1`,
  );
  up = await sandbox.up(settings);
});
after(() => sandbox.remove());

/** Ids of staging's droplets, as the vendor knows them. */
async function idsAtVendor(): Promise<string[]> {
  const { droplets = [] } = await sandbox.inventory();
  return droplets
    .filter(({ name }) => String(name).includes("staging"))
    .map(({ id }) => String(id))
    .sort();
}

async function idsInState(): Promise<string[]> {
  const droplets = (await sandbox.state()).filter(
    ({ type }) => type === "digitalocean:index/droplet:Droplet",
  );
  return droplets.map((one) => String((one as { id?: string }).id)).sort();
}

suite("an answer that comes after the time limit", () => {
  let ids: readonly string[];

  test("stops up, which names the droplet; it is not asked for again", async () => {
    assert.notEqual(up.exitCode, 0);
    assert.match(errorsOf(up), /\(host-(erp|ocr)-droplet\):\s+error: .*become (active|ready)/s);
    const asked = (await sandbox.met("POST", "/v2/droplets")).map(({ status }) => status);
    assert.deepEqual(asked, [202, 202]);
  });

  test("is kept all the same: the droplet is in the state, once", async () => {
    ids = await idsAtVendor();
    assert.equal(ids.length, 2);
    assert.deepEqual(await idsInState(), ids);
  });

  test("with a refresh the next up goes on with that droplet, and everything is there once", async () => {
    const next = await sandbox.up(["--refresh"]);
    assert.equal(next.exitCode, 0, errorsOf(next));
    await sandbox.assertWhole();
    assert.deepEqual(await idsInState(), ids);
  });
});
