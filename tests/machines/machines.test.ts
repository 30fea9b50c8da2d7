import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { execa } from "execa";
import { renderCloudInit } from "../../components/host/cloud-init.ts";
import { namespacesNamed } from "../../sandbox/machines/namespaces.ts";
import { remains } from "../../sandbox/machines/remove.ts";
import { waitFor } from "../support/wait-for.ts";
import { makeKey, skip, TestFleet, told } from "./support.ts";

/** A web server of this machine's own name on a port, until the machine is switched off. */
const serve = (port: number) => [
  "systemd-run",
  "--quiet",
  "--working-directory=/etc",
  ...["python3", "-m", "http.server", String(port)],
];

describe("machines", { skip }, () => {
  const lab = new TestFleet();
  let key: Awaited<ReturnType<typeof makeKey>>;
  const interfaces = Object.keys(networkInterfaces());

  before(async () => {
    key = await makeKey(lab.stateRoot);
    const userData = renderCloudInit({
      ...{ host: "test", deployUser: "deploy", administrators: { admin: [key.publicKey] } },
      ...{ deployPublicKey: key.publicKey, signingPublicKey: key.publicKey },
    });
    lab.add(1, { userData, publicKeys: [key.publicKey], tags: ["web"] });
    lab.add(2, { publicKeys: [key.publicKey] });
    lab.add(3, { vpc: "two", privateAddress: "10.78.0.9" });
    await lab.open();
    await Promise.all([1, 2, 3].map((id) => lab.fleet.boot(id)));
  });
  after(() => lab.remove());

  test("cloud-init has done what the user data says before anybody can log in", async () => {
    const asAdmin = (...command: string[]) => lab.ssh("admin", "203.0.113.11", key.file, ...command);
    // A moment after sshd listens users other than root are still refused: systemd has not said that the system is up. And
    // cloud-init starts sshd again, so that one who was let in may be refused the next time: the first one counts.
    const first = await waitFor(async () => {
      const said = await asAdmin("sudo", "id", "--user");
      return said.exitCode === 255 ? undefined : said;
    }, "the administrator to be let in");
    assert.equal(await told(first), "0");
    for (const id of [1, 2, 3])
      assert.equal(await told(lab.in(id, "cloud-init", "status", "--wait")), "status: done");
    assert.equal(await told(lab.in(1, "hostname")), "machine-1");
    assert.equal(await told(lab.in(1, "systemctl", "is-system-running", "--wait")), "running");
  });

  test("the account's keys open root, where the user data does not forbid it", async () => {
    assert.equal(await told(lab.ssh("root", "203.0.113.12", key.file, "id", "--user", "--name")), "root");
    // Where it does, the key gets an answer and no shell: that takes ten seconds by design, so it is read here.
    assert.match(
      await told(lab.in(1, "cat", "/root/.ssh/authorized_keys")),
      /^no-port-forwarding.*Please login as/,
    );
    assert.notEqual((await lab.ssh("root", "203.0.113.13", key.file, "id")).exitCode, 0);
  });

  test("every machine has host keys and an id of its own", async () => {
    const read = (id: number) =>
      told(lab.in(id, "cat", "/etc/ssh/ssh_host_ed25519_key.pub", "/etc/machine-id"));
    const identities = await Promise.all([1, 2, 3].map(read));
    assert.equal(new Set(identities).size, 3);
    assert.equal(new Set(identities.map((text) => text.split("\n").at(-1))).size, 3);
  });

  test("the metadata service tells each machine about itself, and nobody else anything", async () => {
    const ask = (path: string) => ["curl", "--silent", "--fail", `http://169.254.169.254/metadata/${path}`];
    assert.equal(await told(lab.in(1, ...ask("v1/id"))), "1");
    assert.equal(await told(lab.in(2, ...ask("v1/hostname"))), "machine-2");
    const document = JSON.parse(await told(lab.in(1, ...ask("v1.json"))));
    assert.equal(document.interfaces.public[0].ipv4.ip_address, "203.0.113.11");
    assert.match(document.user_data, /deploy/);
    assert.notEqual((await lab.in(2, ...ask("v1/user-data"))).exitCode, 0);
    assert.notEqual((await lab.beside(...ask("v1/id"))).exitCode, 0);
  });

  test("machines of one VPC meet there, and machines of two do not", async () => {
    for (const id of [1, 2, 3]) await told(lab.in(id, ...serve(7000)));
    const get = (address: string) => [
      ...["curl", "--silent", "--max-time", "5", `http://${address}:7000/hostname`],
    ];
    await waitFor(async () => (await lab.in(1, ...get("10.77.0.12"))).text === "machine-2", "the neighbour");
    await waitFor(() => lab.reaches("203.0.113.13", 7000), "the machine in the other VPC");
    assert.equal((await lab.in(1, ...get("203.0.113.13"))).text, "machine-3");
    assert.notEqual((await lab.in(1, ...get("10.78.0.9"))).exitCode, 0);
  });

  test("a firewall lets in only whom it allows, at once, and what has no firewall is open", async () => {
    const rule = (ports: string, address: string) => ({
      protocol: "tcp",
      ports,
      sources: { addresses: [address] },
    });
    await waitFor(() => lab.reaches("203.0.113.11", 7000), "the server");
    lab.firewalls = [
      {
        inbound_rules: [rule("22", "198.18.0.7/32"), rule("7000", "198.18.0.0/28")],
        outbound_rules: [],
        droplet_ids: [],
        tags: ["web"],
      },
    ];
    await lab.fleet.enforce();
    assert.equal(await lab.reaches("203.0.113.11", 22, "198.18.0.7"), true);
    assert.equal(await lab.reaches("203.0.113.11", 22, "198.18.0.8"), false);
    assert.equal(await lab.reaches("203.0.113.11", 7000, "198.18.0.8"), true);
    assert.equal(await lab.reaches("203.0.113.11", 7000, "198.18.0.77"), false);
    assert.equal(await lab.reaches("203.0.113.12", 22, "198.18.0.77"), true);
    const out = ["curl", "--silent", "--max-time", "5", "http://203.0.113.12:7000/hostname"];
    assert.notEqual((await lab.in(1, ...out)).exitCode, 0);
    lab.firewalls = [];
    await lab.fleet.enforce();
    assert.equal(await lab.reaches("203.0.113.11", 22, "198.18.0.8"), true);
    assert.equal((await lab.in(1, ...out)).text, "machine-2");
  });

  test("a reserved address leads to the machine that has it, and moves", async () => {
    for (const [has, lacks] of [
      [1, 2],
      [2, 1],
    ] as const) {
      lab.add(has, { ...lab.droplets.get(has), reservedAddress: "192.0.2.5" });
      lab.add(lacks, { ...lab.droplets.get(lacks), reservedAddress: null });
      await lab.fleet.enforce();
      const get = ["curl", "--silent", "--max-time", "20", "http://192.0.2.5:7000/hostname"];
      assert.equal((await lab.beside(...get)).text, `machine-${has}`);
      assert.equal((await lab.in(3, ...get)).text, `machine-${has}`);
    }
  });

  test("no machine can use another's address", async () => {
    const forge = ["python3", "-c", forging("203.0.113.12", "198.18.0.1")];
    const listen = lab.beside("python3", "-c", hearing("198.18.0.1"));
    await waitFor(async () => /:9999 /.test(await told(lab.beside("ss", "-lun"))), "the listener");
    await told(lab.in(1, ...forge));
    assert.equal(await told(listen), "from 203.0.113.11");
  });

  test("a reboot brings the machine back with what was on its disk", async () => {
    const bootId = () => told(lab.in(2, "systemctl", "show", "--property=UserspaceTimestampMonotonic"));
    await told(lab.in(2, "touch", "/root/kept"));
    const earlier = await bootId();
    await lab.fleet.reboot(2);
    assert.notEqual(await bootId(), earlier);
    await told(lab.ssh("root", "203.0.113.12", key.file, "test", "-f", "/root/kept"));
  });

  test("a machine that is switched off from inside is off, and comes back when it is switched on", async () => {
    await lab.in(2, "systemctl", "poweroff", "--force", "--force");
    await waitFor(() => !lab.fleet.isRunning(2), "the machine to be off");
    assert.equal(await lab.reaches("203.0.113.12", 22), false);
    await lab.fleet.boot(2);
    await told(lab.ssh("root", "203.0.113.12", key.file, "test", "-f", "/root/kept"));
  });

  test("a machine from a snapshot has the disk of that moment, and an identity of its own", async () => {
    await told(
      lab.in(2, "sh", "-c", "echo then >/root/when; rm /etc/debian_version; podman volume create data"),
    );
    await lab.fleet.snapshot(2, "190000001");
    await told(lab.in(2, "sh", "-c", "echo later >/root/when"));
    lab.add(4, { snapshot: "190000001", publicKeys: [key.publicKey] });
    await lab.fleet.boot(4);
    const ssh = (...command: string[]) => told(lab.ssh("root", "203.0.113.14", key.file, ...command));
    assert.equal(await ssh("cat", "/root/when"), "then");
    assert.equal(await ssh("podman", "volume", "ls", "--quiet"), "data");
    assert.notEqual((await lab.in(4, "cat", "/etc/debian_version")).exitCode, 0);
    assert.equal(await ssh("hostname"), "machine-4");
    const hostKey = ["cat", "/etc/ssh/ssh_host_ed25519_key.pub"];
    assert.notEqual(await ssh(...hostKey), await told(lab.in(2, ...hostKey)));
    lab.add(4, { publicKeys: [key.publicKey] });
    await lab.fleet.rebuild(4, null);
    assert.notEqual((await lab.in(4, "test", "-e", "/root/when")).exitCode, 0);
  });

  test("nothing of the machines is in this computer's own network", () => {
    // Others may take theirs away meanwhile.
    assert.deepEqual(
      Object.keys(networkInterfaces()).filter((name) => !interfaces.includes(name)),
      [],
    );
  });

  test("a machine whose watcher was killed is cleared away and boots again; the others go on", async () => {
    const watcher = JSON.parse(readFileSync(join(lab.stateRoot, "machines/2/watcher.json"), "utf8"));
    const running = await told(lab.in(3, "cat", "/proc/sys/kernel/random/boot_id"));
    process.kill(watcher.pid, "SIGKILL");
    await waitFor(() => !lab.fleet.isRunning(2), "the watcher to end");
    await lab.reopen();
    await lab.fleet.boot(2);
    await told(lab.ssh("root", "203.0.113.12", key.file, "test", "-f", "/root/kept"));
    assert.equal(await told(lab.in(3, "cat", "/proc/sys/kernel/random/boot_id")), running);
  });

  test("a destroyed machine leaves nothing, also when it is the next process that finds its droplet gone", async () => {
    const left = () => remains(lab.stateRoot).filter((name) => /-[14]$/.test(name));
    assert.notDeepEqual(left(), []);
    lab.droplets.delete(1);
    await lab.fleet.destroy(1);
    lab.droplets.delete(4);
    await lab.reopen();
    assert.deepEqual(left(), []);
    await lab.remove();
    assert.deepEqual(remains(lab.stateRoot), []);
    // Of this one: other sandboxes may come and go on this computer meanwhile.
    assert.deepEqual(namespacesNamed(lab.names.network), []);
    const { stdout } = await execa("findmnt", ["--list", "--noheadings", "--output", "TARGET"]);
    assert.ok(!stdout.includes(lab.stateRoot) && !stdout.includes(lab.names.network), stdout);
  });
});

const hearing = (address: string) =>
  `import socket; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.bind(("${address}",9999)); s.settimeout(60); print("from", s.recvfrom(9)[1][0])`;

/** Sends one datagram with a made-up source address, and then an honest one. */
const forging = (source: string, target: string) =>
  `import socket,struct
raw=socket.socket(socket.AF_INET,socket.SOCK_RAW,socket.IPPROTO_RAW)
udp=struct.pack("!HHHH",9999,9999,9,0)+b"x"
head=struct.pack("!BBHHHBBH4s4s",0x45,0,20+len(udp),1,0,64,17,0,socket.inet_aton("${source}"),socket.inet_aton("${target}"))
raw.sendto(head+udp,("${target}",9999))
socket.socket(socket.AF_INET,socket.SOCK_DGRAM).sendto(b"x",("${target}",9999))`;
