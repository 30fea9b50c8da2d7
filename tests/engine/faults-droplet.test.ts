import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { installedKinds } from "../../sandbox/engine/plugins.ts";
import { errorsOf, FaultySandbox } from "../support/faulty-sandbox.ts";
import type { Outcome } from "../support/sandbox.ts";
import { nameOf } from "../support/state.ts";

const sandbox = new FaultySandbox();
after(() => sandbox.remove());

let settings: readonly string[];
let first: Outcome;
let seconds: number;
/** Ids of the droplets by name, after the first up. */
let dropletIds: Record<string, string>;
/** The one that did not become active. */
let stuck: { readonly urn: string; readonly name: string };
/** The command that makes it anew, as the error prints it. */
let makeAnew = "";

/** Without what a replacement has yet to delete. */
async function dropletsInState() {
  const state = await sandbox.state();
  return state.filter((one) => one.type === "digitalocean:index/droplet:Droplet" && one.delete !== true);
}

/** Ids by name, as the state knows them. */
async function idsInState(): Promise<Record<string, string>> {
  return Object.fromEntries(
    (await dropletsInState()).map((one) => [nameOf(one.urn), String((one as { id?: string }).id)]),
  );
}

/** Ids of the droplets the stack has made, as the vendor knows them. */
async function idsAtVendor(): Promise<string[]> {
  const { droplets = [] } = await sandbox.inventory();
  return droplets.filter(({ name }) => String(name).includes("staging")).map(({ id }) => String(id));
}

before(async () => {
  await sandbox.prepare();
  // The operator's own setting, made short: nothing in the program knows that this is no real cloud. The official
  // provider asks for the first time after ten seconds.
  const { digitalocean } = installedKinds(join(sandbox.folder, "providers.json"));
  const patience = digitalocean === "official" ? "20s" : "3s";
  const hosts = { "hosts.erp.createTimeout": patience, "hosts.ocr.createTimeout": patience };
  settings = ["--config-file", sandbox.editedSettings("staging", hosts)];
  await sandbox.fault("droplet-never-active --times 1");
  const began = Date.now();
  first = await sandbox.up(settings);
  seconds = (Date.now() - began) / 1000;
  dropletIds = await idsInState();
  const { droplets = [] } = await sandbox.inventory();
  const waiting = String(droplets.find(({ status }) => status === "new")?.id);
  const urn = (await dropletsInState()).find((one) => (one as { id?: string }).id === waiting)?.urn ?? "";
  stuck = { urn, name: nameOf(urn) };
});

suite("a droplet that never becomes active", () => {
  test("stops up when its time is over, and is named", () => {
    assert.notEqual(first.exitCode, 0);
    const error = new RegExp(`\\(${stuck.name}\\):\\s+error: .*become (active|ready)`, "s");
    assert.match(errorsOf(first), error);
    // Far below the provider's own hour, on the slowest machine.
    assert.ok(seconds < 300, `up took ${seconds} s`);
  });

  test("is kept with its id, once", async () => {
    assert.deepEqual(Object.keys(dropletIds).sort(), ["host-erp-droplet", "host-ocr-droplet"]);
    assert.deepEqual((await idsAtVendor()).sort(), Object.values(dropletIds).sort());
  });

  test("is not taken for a running one: the next up gives its address to nothing, and names the ways out", async () => {
    const next = await sandbox.up(settings);
    assert.notEqual(next.exitCode, 0);
    assert.match(errorsOf(next), new RegExp(`Droplet ${dropletIds[stuck.name]} has not become active`));
    makeAnew = /make another: (pulumi .*)$/m.exec(errorsOf(next))?.[1] ?? "";
    assert.ok(makeAnew.endsWith(`pulumi up --replace '${stuck.urn}'`), errorsOf(next));
    assert.deepEqual(await idsInState(), dropletIds);
  });

  test("that came late is found by a refresh, and everything is there once", async () => {
    await sandbox.run("fault", "clear");
    const up = await sandbox.up(["--refresh"]);
    assert.equal(up.exitCode, 0, errorsOf(up));
    await sandbox.assertWhole();
    assert.deepEqual(await idsInState(), dropletIds);
  });

  test("that never will is made anew by that command as it is printed, and only it", async () => {
    await sandbox.fault("droplet-never-active --times 1");
    assert.notEqual((await sandbox.asPrinted(`${makeAnew} ${settings.join(" ")}`)).exitCode, 0);
    const dead = (await idsInState())[stuck.name];
    assert.notEqual(dead, dropletIds[stuck.name]);
    const refused = await sandbox.up(["--replace", stuck.urn]);
    assert.match(errorsOf(refused), /unable to replace .*protection/s);
    const up = await sandbox.asPrinted(makeAnew);
    assert.equal(up.exitCode, 0, errorsOf(up));
    const anew = (await dropletsInState()).find(({ urn }) => urn === stuck.urn);
    assert.equal(anew?.protect, true);
    await sandbox.assertWhole();
    const now = await idsInState();
    assert.ok(![dead, dropletIds[stuck.name]].includes(now[stuck.name]), JSON.stringify({ now, dead }));
    assert.deepEqual({ ...now, [stuck.name]: "" }, { ...dropletIds, [stuck.name]: "" });
    assert.deepEqual((await idsAtVendor()).sort(), Object.values(now).sort());
  });
});
