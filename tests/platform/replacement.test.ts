import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { findMarked, mark } from "../../sandbox/engine/processes.ts";
import { kernelNames } from "../../sandbox/machines/names.ts";
import { namespacesNamed } from "../../sandbox/machines/namespaces.ts";
import { remains } from "../../sandbox/machines/remove.ts";
import { waitFor } from "../support/wait-for.ts";
import { healthUrls, waitUntilWell } from "./services.ts";
import { PlatformStack } from "./stack.ts";
import { Platform, skip, told } from "./support.ts";

const domain = "staging.insightpulseai.net";
const urls = healthUrls(domain);
/** Somebody who means it: what holds data may be replaced, and one host has an address that outlives its droplet. */
const replaceable = { protectData: false, "hosts.ocr.reservedIp": true };
describe("an environment whose droplets are replaced", { skip }, () => {
  let platform: Platform;
  let stack: PlatformStack;
  before(async () => {
    platform = await Platform.own("staging");
    // The policies refuse staging without protection.
    stack = await PlatformStack.unjudged(platform);
  });
  after(() => platform?.close());

  const resolved = async (name: string) =>
    told(platform.from("getent", "ahostsv4", `${name}.${domain}`)).then((text) => text.split(/\s/)[0]);

  test("one is refused as long as it is protected", async () => {
    const words = ["--replace", await stack.urnOf("host-erp-droplet")];
    const { exitCode, text } = await stack.pulumi("preview", ...words);
    assert.notEqual(exitCode, 0, text);
    assert.match(
      text,
      /unable to replace resource "urn:.*::host-erp-droplet"\s+as it is currently marked for protection/,
    );
  });

  test("a reserved address takes the place of the droplet's own, in the names too", async () => {
    const own = await resolved("ocr");
    await told(stack.up(replaceable));
    await waitUntilWell(platform, [urls.ocr]);
    assert.notEqual(await resolved("ocr"), own);
  });

  test("new machines are converged, certified and healthy: at the reserved address, or where the names now lead", async (context) => {
    const hosts = ["erp", "ocr"] as const;
    const droplets = () => Promise.all(hosts.map((host) => platform.droplet(host)));
    const addresses = () => Promise.all(hosts.map(resolved));
    const [oldDroplets, [erpBefore, ocrBefore]] = await Promise.all([droplets(), addresses()]);
    const urns = await Promise.all(hosts.map((host) => stack.urnOf(`host-${host}-droplet`)));
    const remainsOf = (id: number) => remains(platform.folder).filter((name) => name.endsWith(`-${id}`));
    for (const id of oldDroplets) assert.notDeepEqual(remainsOf(id), []);
    const began = Date.now();
    await told(stack.up(replaceable, ...urns.flatMap((urn) => ["--replace", urn])));
    const up = Date.now();
    await waitUntilWell(platform, Object.values(urls));
    const well = Date.now();
    const seconds = (from: number, to: number) => Math.round((to - from) / 1000);
    context.diagnostic(
      `both replaced and converged in ${seconds(began, up)} s, healthy with certificates after ${seconds(began, well)} s`,
    );
    const [erpAfter, ocrAfter] = await addresses();
    assert.equal(ocrAfter, ocrBefore);
    assert.notEqual(erpAfter, erpBefore);
    for (const id of oldDroplets) {
      assert.ok(!(await droplets()).includes(id));
      // The account forgets a droplet at once, and its machine takes its time.
      await waitFor(() => remainsOf(id).length === 0, `machine ${id} to be gone`);
    }
    assert.equal((await stack.drift()).exitCode, 0);
    const again = await told(stack.up(replaceable));
    assert.match(again, /Resources:\n\s+\d+ unchanged/);
  });

  test("whatever of it was killed, down leaves no process, mount, network, group or folder", async () => {
    const { folder } = platform;
    const { network } = kernelNames(folder);
    // What is looked for afterwards is there to be found.
    assert.notDeepEqual(namespacesNamed(network), []);
    assert.notDeepEqual(mountsBelow(folder), []);
    const identity = (path: string): number => JSON.parse(readFileSync(join(folder, path), "utf8")).pid;
    const machines = readdirSync(join(folder, "machines")).filter((name) => /^\d+$/.test(name));
    const killed = ["daemon.json", "internet/process.json", `machines/${machines[0]}/watcher.json`];
    for (const pid of killed.map(identity)) process.kill(pid, "SIGKILL");
    await told(platform.sandbox("down", "--yes"));
    assert.deepEqual(remains(folder), []);
    assert.deepEqual(namespacesNamed(network), []);
    for (const role of ["cloud", "engine", "internet", "machine"] as const)
      assert.deepEqual(findMarked(mark(folder, role)), [], role);
    assert.deepEqual(mountsBelow(folder), []);
    assert.ok(!existsSync(folder) || readdirSync(folder).length === 0);
    rmSync(folder, { recursive: true, force: true });
  });
});

/** Where anything is mounted below a folder, whoever sees it: machines have mounts that this process does not see. */
function mountsBelow(folder: string): string[] {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const seen = processes.flatMap((pid) => {
    try {
      return readFileSync(`/proc/${pid}/mountinfo`, "utf8").split("\n");
    } catch {
      return []; // It has ended meanwhile.
    }
  });
  const targets = seen.map((line) => line.split(" ")[4] ?? "");
  return [...new Set(targets.filter((target) => target.startsWith(`${folder}/`)))];
}
