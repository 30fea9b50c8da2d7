import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { renderCloudInit } from "../../components/host/cloud-init.ts";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import { certificateBundle } from "../../sandbox/internet/files.ts";
import { obtainBase } from "../../sandbox/machines/base.ts";
import { firstProcess, hierarchies } from "../../sandbox/machines/cgroups.ts";
import { installHostPackages } from "../../sandbox/machines/host-packages.ts";
import { kernelNames } from "../../sandbox/machines/names.ts";
import { inside } from "../../sandbox/machines/namespaces.ts";
import { remains, removeMachines } from "../../sandbox/machines/remove.ts";
import { type Json, startCloud, type TestCloud } from "../cloud/support.ts";
import { waitFor } from "../support/wait-for.ts";
import { makeKey, type Said, say, skip, sshOptions, told } from "./support.ts";

const region = "sfo3";
const size = "s-1vcpu-1gb";
const bigger = "s-1vcpu-2gb";
const mib = 2 ** 20;
/** Longer than a machine may take to boot. */
const patience = 300;

describe("machines that nothing but the vendor's API is told about", { skip }, () => {
  const stateRoot = mkdtempSync(join(tmpdir(), "cloud-machines-"));
  const names = kernelNames(stateRoot);
  let cloud: TestCloud;
  let key: Awaited<ReturnType<typeof makeKey>>;
  let keyId: number;
  let web: Json;
  let other: Json;

  before(async () => {
    const report = (line: string) => process.stderr.write(`${line}\n`);
    await installHostPackages(cacheFolder(), report);
    const { folder: base } = await obtainBase(cacheFolder(), report);
    const trust = await certificateBundle(join(stateRoot, "internet"));
    key = await makeKey(stateRoot);
    cloud = await startCloud(["--no-spaces", "--machines", JSON.stringify({ stateRoot, base, trust })]);
    const { publicKey: public_key } = key;
    keyId = (await cloud.make("/account/keys", "ssh_key", { name: "test", public_key })).id;
    const user_data = renderCloudInit({
      ...{ host: "test", deployUser: "deploy", administrators: { admin: [public_key] } },
      ...{ deployPublicKey: public_key, signingPublicKey: public_key },
    });
    [web, other] = await Promise.all([make("web-1", { user_data, tags: ["web"] }), make("web-2")]);
  });
  after(async () => {
    await cloud?.dispose();
    await removeMachines(stateRoot);
    rmSync(stateRoot, { recursive: true, force: true });
  });

  async function make(name: string, settings: object = {}): Promise<Json> {
    const wanted = { name, region, size, image: "ubuntu-24-04-x64", ssh_keys: [keyId], ...settings };
    const { id } = await cloud.make("/droplets", "droplet", wanted);
    await waitFor(async () => (await get(id)).status === "active", `${name} to be active`, patience);
    return get(id);
  }

  const get = async (id: number): Promise<Json> => (await cloud.api("GET", `/droplets/${id}`)).body.droplet;

  /** Starts an action and waits until it is over. */
  async function act(path: string, action: object): Promise<void> {
    const { id } = await cloud.make(`${path}/actions`, "action", action);
    const status = async () => (await cloud.api("GET", `/actions/${id}`)).body.action.status;
    await waitFor(async () => (await status()) !== "in-progress", JSON.stringify(action), patience);
    assert.equal(await status(), "completed");
  }
  const actOn = ({ id }: Json, action: object) => act(`/droplets/${id}`, action);

  const addressOf = ({ networks }: Json): string =>
    networks.v4.find(({ type }: Json) => type === "public").ip_address;

  function ssh(user: string, address: string, ...command: string[]): Promise<Said> {
    const target = ["-i", key.file, `${user}@${address}`, ...command];
    return say(inside(names.network, ["ssh", ...sshOptions, ...target]));
  }
  const onOther = (...command: string[]) => told(ssh("root", addressOf(other), ...command));

  /** Whether a connection to a port comes about; a closed door swallows it. */
  async function reaches(address: string, port: number): Promise<boolean> {
    const script = `import socket; socket.create_connection(("${address}", ${port}), 3)`;
    return (await say(inside(names.network, ["python3", "-c", script]))).exitCode === 0;
  }

  function memoryLimit({ id }: Json): number {
    const { unified = "", older } = hierarchies();
    const files = [
      join(unified, names.machine(id), "memory.max"),
      join(older.memory ?? "/nonexistent", names.machine(id), "memory.limit_in_bytes"),
    ];
    const file = files.find(existsSync) ?? assert.fail("nothing limits memory here");
    return Number(readFileSync(file, "utf8"));
  }

  test("soon after a droplet is active, cloud-init has done what its user data says, and its key opens it", async () => {
    const isIn = async () => (await ssh("deploy", addressOf(web), "true")).exitCode === 0;
    await waitFor(isIn, "the user that cloud-init makes", patience);
    assert.equal(await told(ssh("admin", addressOf(web), "sudo", "id", "--user")), "0");
    assert.equal(await told(ssh("deploy", addressOf(web), "hostname")), "web-1");
  });

  test("a firewall that finds machines by tag closes and opens a port as soon as the API has answered", async () => {
    const tcp = (ports: string) => ({ protocol: "tcp", ports, sources: { addresses: ["0.0.0.0/0"] } });
    const rules = { name: "web", tags: ["web"], outbound_rules: [], inbound_rules: [tcp("443")] };
    const { id } = await cloud.make("/firewalls", "firewall", rules);
    assert.deepEqual(await Promise.all([web, other].map((one) => reaches(addressOf(one), 22))), [
      false,
      true,
    ]);
    await cloud.api("PUT", `/firewalls/${id}`, { ...rules, inbound_rules: [tcp("22")] });
    assert.equal(await reaches(addressOf(web), 22), true);
    await cloud.api("DELETE", `/firewalls/${id}`);
  });

  test("a reserved address leads to the machine it is assigned to, and moves to the other", async () => {
    const { ip } = await cloud.make("/reserved_ips", "reserved_ip", { region });
    assert.equal(await reaches(ip, 22), false);
    for (const one of [web, other]) {
      if (one === other) await act(`/reserved_ips/${ip}`, { type: "unassign" });
      await act(`/reserved_ips/${ip}`, { type: "assign", droplet_id: one.id });
      const user = one === web ? "deploy" : "root";
      assert.equal(await told(ssh(user, ip, "hostname")), one.name);
    }
    await cloud.api("DELETE", `/reserved_ips/${ip}`);
    assert.equal(await reaches(ip, 22), false);
  });

  test("a power cycle starts the machine anew, with what was on its disk", async () => {
    const started = () => onOther("systemctl", "show", "--property=UserspaceTimestampMonotonic");
    await onOther("touch", "/root/kept");
    const before = await started();
    await actOn(other, { type: "power_cycle" });
    assert.notEqual(await started(), before);
    await onOther("test", "-f", "/root/kept");
  });

  test("a resize is refused while it runs, and holds from the next start on", async () => {
    const refused = await cloud.api("POST", `/droplets/${other.id}/actions`, {
      type: "resize",
      size: bigger,
    });
    assert.equal(refused.status, 422);
    assert.equal(memoryLimit(other), 1024 * mib);
    await actOn(other, { type: "power_off" });
    assert.equal(await reaches(addressOf(other), 22), false);
    await actOn(other, { type: "resize", size: bigger });
    await actOn(other, { type: "power_on" });
    assert.equal(memoryLimit(other), 2048 * mib);
    await onOther("test", "-f", "/root/kept");
  });

  test("a droplet from a snapshot has the disk of that moment; a rebuild has the image's", async () => {
    await onOther("sh", "-c", "'echo then >/root/when'");
    await actOn(other, { type: "snapshot", name: "moment" });
    await onOther("sh", "-c", "'echo later >/root/when'");
    const { snapshots } = (await cloud.api("GET", `/droplets/${other.id}/snapshots`)).body;
    const copy = await make("copy", { image: snapshots[0].id, size: bigger });
    assert.equal(await told(ssh("root", addressOf(copy), "cat", "/root/when")), "then");
    assert.equal(await onOther("cat", "/root/when"), "later");
    await actOn(copy, { type: "rebuild", image: "ubuntu-24-04-x64" });
    assert.notEqual((await ssh("root", addressOf(copy), "test", "-e", "/root/when")).exitCode, 0);
    assert.equal(await told(ssh("root", addressOf(copy), "hostname")), "copy");
    await destroy(copy);
  });

  test("what switches itself off is off; what only the computer below let fall comes back by itself", async () => {
    const status = async () => (await get(other.id)).status;
    await ssh("root", addressOf(other), "systemctl", "poweroff");
    await waitFor(async () => (await status()) === "off", "the droplet to be off", patience);
    await actOn(other, { type: "power_on" });
    const watcher = JSON.parse(readFileSync(join(stateRoot, `machines/${other.id}/watcher.json`), "utf8"));
    process.kill(watcher.pid, "SIGKILL");
    const isNew = () => {
      const file = readFileSync(join(stateRoot, `machines/${other.id}/watcher.json`), "utf8");
      return JSON.parse(file).pid !== watcher.pid;
    };
    await waitFor(
      async () => (await status()) === "active" && isNew() && (await reaches(addressOf(other), 22)),
      "the machine to be back",
      patience,
    );
    await onOther("test", "-f", "/root/kept");
  });

  async function destroy({ id }: Json): Promise<void> {
    assert.equal((await cloud.api("DELETE", `/droplets/${id}`)).status, 204);
    const left = () => remains(stateRoot).filter((name) => name.includes(String(id)));
    await waitFor(() => left().length === 0, `nothing to be left of ${id}`, patience);
    await waitFor(
      () => !existsSync(join(stateRoot, "machines", String(id))),
      "its disk to be gone",
      patience,
    );
    assert.equal(firstProcess(names.machine(id)), undefined);
  }

  test("a destroyed droplet leaves nothing of its machine", async () => {
    await Promise.all([destroy(web), destroy(other)]);
    const mounts = await told(say(["findmnt", "--list", "--noheadings", "--output", "TARGET"]));
    assert.ok(!mounts.includes(stateRoot), mounts);
  });
});
