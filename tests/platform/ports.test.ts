import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask } from "./account.ts";
import { everyPort, onlyOpen, type Ports, scan } from "./scan.ts";
import { Platform, skip, told } from "./support.ts";

const hosts = ["erp", "ocr"] as const;
/** Enough to have all that listens among them, where a firewall is not the question. */
const lowPorts = 10_000;
/** The engine converges from the first; nobody else in these tests comes from the second. */
const administrator = "198.18.0.1";
const stranger = "198.18.0.66";

describe("what is open on production's hosts", { skip, concurrency: false }, () => {
  let platform: Platform;
  let addresses: Record<string, string>;
  before(async () => {
    platform = await Platform.shared();
    const known = await platform.hosts();
    addresses = Object.fromEntries(hosts.map((host) => [host, known[host]?.address ?? assert.fail(host)]));
  });
  after(() => platform?.close());

  /** Knocks at all ports up to one, of both hosts. */
  async function scanHosts(from: string, last: number): Promise<Record<string, Ports>> {
    const found = await scan(platform, "network", { from, to: Object.values(addresses), last });
    return Object.fromEntries(hosts.map((host) => [host, found[addresses[host] ?? ""] ?? assert.fail(host)]));
  }

  const only = (...open: number[]) => Object.fromEntries(hosts.map((host) => [host, onlyOpen(...open)]));

  for (const host of hosts) {
    test(`nothing on ${host} listens to others but sshd and nginx`, async () => {
      const listed = await told(platform.inside(host, "ss", "--no-header", "-lntup"));
      const listening = listed.split("\n").map((line) => {
        const [kind = "", , , , local = "", , users = ""] = line.split(/\s+/);
        return { kind, local, program: /"(?<name>[^"]+)"/.exec(users)?.groups?.name ?? users };
      });
      const isLocal = ({ local }: { local: string }) => /^(127\.|\[::1\])/.test(local);
      const others = listening.filter((one) => !isLocal(one));
      assert.deepEqual([...new Set(others.map(({ program }) => program))].sort(), ["nginx", "sshd"]);
      assert.deepEqual(
        [...new Set(others.map(({ kind, local }) => `${kind} ${local.split(":").at(-1)}`))].sort(),
        ["tcp 22", "tcp 443", "tcp 80"],
      );
      assert.ok(listening.some(isLocal), "the services listen on loopback");
    });
  }

  test("of all ports 22, 80 and 443 answer, where SSH is open to the world as it was found", async () => {
    assert.deepEqual(await scanHosts(stranger, everyPort), only(22, 80, 443));
  });

  describe("with SSH for one address alone, and a program on each host that listens to everybody", () => {
    const edits = { "ssh.allowFrom": [`${administrator}/32`], "ssh.openToWorldBecause": undefined };
    const careless = 8999;
    let firewalls: CloudFirewall[] = [];

    before(async () => {
      for (const host of hosts) await listenToEverybody(host);
      await update(platform.account.editedSettings("prod", edits));
      firewalls = (await ask(platform, "GET", "/firewalls")).firewalls;
    });
    after(async () => {
      for (const host of hosts) await platform.inside(host, "systemctl", "stop", "careless.service");
      await update(platform.account.editedSettings("prod", {}));
    });

    test("22 answers that address and no other, and nothing but 80 and 443 answers the others", async () => {
      assert.deepEqual(await scanHosts(administrator, everyPort), only(22, 80, 443));
      assert.deepEqual(await scanHosts(stranger, everyPort), only(80, 443));
    });

    test("the cloud's firewall alone does so", async () => {
      await withoutHostFirewalls(async () => {
        assert.deepEqual(await scanHosts(administrator, lowPorts), only(22, 80, 443));
        assert.deepEqual(await scanHosts(stranger, lowPorts), only(80, 443));
      });
    });

    test("the host's own alone does so, when somebody takes the cloud's away", async () => {
      await withoutCloudFirewalls(async () => {
        assert.deepEqual(await scanHosts(administrator, lowPorts), only(22, 80, 443));
        assert.deepEqual(await scanHosts(stranger, lowPorts), only(80, 443));
      });
    });

    test("without the two everything would answer: the scan sees what is there", async () => {
      await withoutCloudFirewalls(() =>
        withoutHostFirewalls(async () => {
          for (const { tcp, udp } of Object.values(await scanHosts(stranger, lowPorts))) {
            assert.deepEqual(tcp.open, [22, 80, 443, careless]);
            assert.equal(tcp.closed, lowPorts - tcp.open.length);
            assert.deepEqual(udp.open, [careless]);
            // A kernel says no to a few only each second.
            assert.ok(udp.closed > 0);
          }
        }),
      );
    });

    async function listenToEverybody(host: string): Promise<void> {
      const program = [
        "import socket, threading",
        `tcp = socket.create_server(("", ${careless}))`,
        "threading.Thread(target=lambda: [tcp.accept()[0].close() for _ in iter(int, 1)], daemon=True).start()",
        `udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); udp.bind(("", ${careless}))`,
        "while True: udp.sendto(*udp.recvfrom(1500))",
      ].join("\n");
      await told(
        platform.inside(host, "systemd-run", "--quiet", "--unit=careless", "python3", "-c", program),
      );
    }

    async function withoutHostFirewalls(work: () => Promise<void>): Promise<void> {
      const all = (...words: string[]) =>
        Promise.all(hosts.map((host) => told(platform.inside(host, "ufw", ...words))));
      try {
        await all("disable");
        await work();
      } finally {
        await all("--force", "enable");
      }
    }

    async function withoutCloudFirewalls(work: () => Promise<void>): Promise<void> {
      const put = ({ id, ...firewall }: CloudFirewall, tags: readonly string[]) =>
        ask(platform, "PUT", `/firewalls/${id}`, { ...pick(firewall), tags });
      try {
        for (const firewall of firewalls) await put(firewall, []);
        await work();
      } finally {
        for (const firewall of firewalls) await put(firewall, firewall.tags);
      }
    }
  });

  /** Runs the program with other settings than the environment's own. */
  async function update(settings: string): Promise<void> {
    const words = ["up", "--yes", "--skip-preview", "--config-file", settings];
    const { exitCode, printed } = await platform.account.pulumi("prod", ...words);
    assert.equal(exitCode, 0, printed);
  }
});

interface CloudFirewall {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly inbound_rules: unknown;
  readonly outbound_rules: unknown;
  readonly droplet_ids: unknown;
}

/** What of a firewall may be sent back. */
function pick({ name, inbound_rules, outbound_rules, droplet_ids }: Omit<CloudFirewall, "id">) {
  return { name, inbound_rules, outbound_rules, droplet_ids };
}
