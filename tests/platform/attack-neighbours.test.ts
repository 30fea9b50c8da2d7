import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Json } from "../cloud/support.ts";
import { waitFor } from "../support/wait-for.ts";
import { ask } from "./account.ts";
import { everyPort, onlyOpen, type Ports, type Scanner, scan } from "./scan.ts";
import { Platform, skip, told } from "./support.ts";

const metadata: Target = ["169.254.169.254", 80];
const onLoopback = (port: number): Target => ["127.0.0.1", port];

/** What each service keeps to the host's loopback. */
const ports = {
  erp: { odoo: [8069, 8072], mattermost: [8065], n8n: [5678] },
  ocr: { ocr: [8080, 6379] },
} as const;

type Target = readonly [address: string, port: number];
type HostKey = keyof typeof ports;

const onlyTheDoors = onlyOpen(22, 80, 443);

interface Answers {
  readonly open: Readonly<Record<string, string>>;
  readonly connect: Readonly<Record<string, string>>;
}

describe("what neighbours reach of production's hosts", { skip, concurrency: false }, () => {
  let platform: Platform;
  before(async () => {
    platform = await Platform.shared();
  });
  after(() => platform?.close());

  /** Tries it as a service's program would, or as root of the host. */
  async function attempt(
    host: string,
    unit: string | null,
    what: { readonly open?: readonly string[]; readonly connect?: readonly Target[] },
  ): Promise<Answers> {
    const script = readFileSync(join(import.meta.dirname, "in-container.py"), "utf8");
    const input = JSON.stringify({ open: [], connect: [], unit, ...what });
    return JSON.parse(await told(platform.insideWith(input, host, "python3", "-c", script)));
  }

  for (const host of Object.keys(ports) as HostKey[]) {
    const services: Readonly<Record<string, readonly number[]>> = ports[host];
    const all = Object.values(services).flat();

    for (const [unit, own] of Object.entries(services)) {
      test(`the program in ${unit}'s container reaches its own ports, and none of its neighbours'`, async () => {
        const { connect } = await attempt(host, unit, { connect: all.map(onLoopback) });
        const expected = all.map((port) => [
          `127.0.0.1:${port}`,
          own.includes(port) ? "yes" : "ECONNREFUSED",
        ]);
        assert.deepEqual(connect, Object.fromEntries(expected));
      });

      test(`the program in ${unit}'s container is told nothing by the metadata service, and names and the world are still there`, async () => {
        const world: Target[] = [
          ["127.0.0.53", 53],
          ["superset.insightpulseai.net", 443],
        ];
        const { connect } = await attempt(host, unit, { connect: [metadata, ...world] });
        assert.deepEqual(Object.values(connect), ["ECONNREFUSED", "yes", "yes"]);
      });

      test(`the program in ${unit}'s container finds its own data, and nobody else's`, async () => {
        const others = Object.keys(services).filter((other) => other !== unit);
        const foreign = [
          ...others.map((other) => `/var/lib/${other}`),
          ...["/etc/insightpulse/secrets", "/etc/letsencrypt/live", "/var/lib/insightpulse/converge"],
          ...["/etc/shadow", "/root", "/run/podman/podman.sock", "/var/run/docker.sock"],
        ];
        const { open } = await attempt(host, unit, { open: foreign });
        assert.deepEqual(Object.keys(open), foreign);
        for (const [path, answer] of Object.entries(open)) assert.match(answer, /^(ENOENT|EACCES)$/, path);
      });
    }

    test(`on ${host} itself all of that is there: the walls are what refuses`, async () => {
      const targets = [...all.map(onLoopback), metadata];
      const paths = Object.keys(services).map((service) => `/var/lib/${service}`);
      const { connect, open } = await attempt(host, null, {
        connect: targets,
        open: [...paths, "/etc/insightpulse/secrets"],
      });
      assert.deepEqual(Object.keys(open), [...paths, "/etc/insightpulse/secrets"]);
      assert.equal(Object.keys(connect).length, targets.length);
      for (const answers of [connect, open])
        for (const [what, answer] of Object.entries(answers)) assert.equal(answer, "yes", what);
    });

    test(`without the walls on ${host}, a container would be told everything`, async () => {
      const unit = Object.keys(services)[0] ?? assert.fail();
      await told(platform.inside(host, "systemctl", "stop", "neighbours.service"));
      try {
        const targets = [...all.map(onLoopback), metadata];
        const { connect } = await attempt(host, unit, { connect: targets });
        assert.equal(Object.keys(connect).length, targets.length);
        for (const [what, answer] of Object.entries(connect)) assert.equal(answer, "yes", what);
      } finally {
        await told(platform.inside(host, "systemctl", "start", "neighbours.service"));
      }
    });
  }

  test("whoever has the deploy key reaches no service past nginx, and is not told what the host was made with", async () => {
    const targets = ["http://127.0.0.1:8069/web/health", "http://169.254.169.254/metadata/v1/id"];
    const curl = ["curl", "--silent", "--max-time", "5", "--output", "/dev/null"];
    for (const url of targets) {
      const { exitCode } = await platform.inside("erp", "runuser", "-u", "deploy", "--", ...curl, url);
      assert.equal(exitCode, 7, url);
      await told(platform.inside("erp", ...curl, url));
    }
  });

  describe("from another droplet", () => {
    let neighbour: Json;
    before(async () => {
      const erp = await dropletOf("erp");
      const body = {
        ...{ name: "neighbour", region: erp.region.slug, size: "s-1vcpu-1gb", image: "ubuntu-24-04-x64" },
        vpc_uuid: erp.vpc_uuid,
      };
      neighbour = (await ask(platform, "POST", "/droplets", body)).droplet;
      const isActive = async () => {
        neighbour = (await ask(platform, "GET", `/droplets/${neighbour.id}`)).droplet;
        return neighbour.status === "active";
      };
      await waitFor(isActive, "the neighbour", 300);
    });
    after(async () => {
      if (neighbour) await ask(platform, "DELETE", `/droplets/${neighbour.id}`);
    });

    const addressOf = ({ networks }: Json, type: string): string =>
      networks.v4.find((one: Json) => one.type === type)?.ip_address ?? assert.fail(type);

    /** Knocks at the ports of an address, from an address of the host or of the neighbour itself. */
    async function scanned(
      by: Scanner,
      from: string,
      to: string,
      last = everyPort,
    ): Promise<Ports | undefined> {
      return (await scan(platform, by, { from, to: [to], last }))[to];
    }

    async function dropletOf(host: string): Promise<Json> {
      return (await ask(platform, "GET", `/droplets/${await platform.droplet(host)}`)).droplet;
    }

    test("of its VPC, the ERP host answers 22, 80 and 443 over the private network as well, and nothing else", async () => {
      const erp = addressOf(await dropletOf("erp"), "private");
      assert.deepEqual(
        await scanned({ droplet: neighbour.id }, addressOf(neighbour, "private"), erp),
        onlyTheDoors,
      );
    });

    test("of its VPC that has no firewall, everything answers the ERP host: that network carries it all, and the scan sees it", async () => {
      const erp = addressOf(await dropletOf("erp"), "private");
      const found = await scanned({ host: "erp" }, erp, addressOf(neighbour, "private"), 1000);
      assert.deepEqual(found?.tcp, { open: [22], closed: 999 });
    });

    test("as the ERP and the OCR host are to each other, it sees what the world sees", async () => {
      const [erp, ocr] = [await dropletOf("erp"), await dropletOf("ocr")];
      const [erpAddress, ocrAddress] = [addressOf(erp, "public"), addressOf(ocr, "public")];
      assert.deepEqual(await scanned({ host: "ocr" }, ocrAddress, erpAddress), onlyTheDoors);
      assert.deepEqual(await scanned({ host: "erp" }, erpAddress, ocrAddress), onlyTheDoors);
    });
  });
});
