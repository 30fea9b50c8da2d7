import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import { obtainPebble } from "../../sandbox/internet/acme/obtain.ts";
import { type Acme, startPebble } from "../../sandbox/internet/acme/pebble.ts";
import { Authority } from "../../sandbox/internet/authority.ts";
import { type Front, startFront } from "../../sandbox/internet/front/front.ts";
import { freePort } from "../../sandbox/internet/loopback.ts";
import { CloudNameSource } from "../../sandbox/internet/names/cloud-names.ts";
import { type NameServer, startNameServer } from "../../sandbox/internet/names/server.ts";
import { startCloud, type TestCloud } from "../cloud/support.ts";
import { AcmeClient } from "./support/acme-client.ts";

const folder = mkdtempSync(join(tmpdir(), "acme-"));
const directory = "https://acme-v02.api.letsencrypt.org/directory";
const domain = "example.net";

describe("Let's Encrypt in the sandbox", () => {
  let cloud: TestCloud;
  let names: NameServer;
  let acme: Acme;
  let front: Front;
  let authority: Authority;
  before(async () => {
    const { folder: tools } = await obtainPebble({
      cache: cacheFolder(),
      projectRoot: join(import.meta.dirname, "../.."),
      report: () => {},
      note: () => {},
    });
    cloud = await startCloud();
    await cloud.make("/domains", "domain", { name: domain });
    const source = new CloudNameSource(join(cloud.folder, "state.json"));
    names = await startNameServer("127.0.0.1", await freePort(), () => ({
      zones: source.read().zones,
      world: [],
      registered: "digitalocean",
    }));
    authority = await Authority.open(folder);
    acme = await startPebble({
      executable: join(tools, "pebble"),
      folder: join(folder, "pebble"),
      authority,
      nameServer: `127.0.0.1:${names.port}`,
    });
    const aliasesOf = (host: string) => [host];
    front = await startFront({ address: "127.0.0.1", port: 0, authority, sites: [acme.site], aliasesOf });
  });
  after(async () => {
    await front?.stop();
    await acme?.stop();
    await names?.stop();
    await cloud?.dispose();
    rmSync(folder, { recursive: true });
  });

  const publish = async (name: string, value: string) => {
    const label = name.slice(0, -domain.length - 1);
    await cloud.make(`/domains/${domain}/records`, "domain_record", {
      type: "TXT",
      name: label,
      data: value,
      ttl: 60,
    });
  };

  test("a wildcard and its root, by a record written through DigitalOcean's API", async () => {
    const client = new AcmeClient(front.port, authority.certificate);
    const { chain } = await client.obtain(directory, [domain, `*.${domain}`], publish);
    const [leaf, intermediate] = chain
      .split(/(?<=-----END CERTIFICATE-----\n)/)
      .filter((part) => part.includes("BEGIN"))
      .map((pem) => new X509Certificate(pem));
    assert.ok(leaf && intermediate);
    assert.deepEqual(leaf.subjectAltName?.split(", ").sort(), [`DNS:*.${domain}`, `DNS:${domain}`]);
    assert.ok(leaf.verify(intermediate.publicKey));
    assert.ok(intermediate.verify(new X509Certificate(acme.root).publicKey));
    const days = (leaf.validToDate.getTime() - leaf.validFromDate.getTime()) / 86_400_000;
    assert.ok(Math.abs(days - 90) < 1, `${days} days`);
  });

  test("a wrong text in the record is refused", async () => {
    const client = new AcmeClient(front.port, authority.certificate);
    const wrong = client.obtain(directory, [`wrong.${domain}`], (name) => publish(name, "not the proof"));
    await assert.rejects(wrong, /Correct value not found for DNS challenge/);
  });

  test("no record is refused", async () => {
    const client = new AcmeClient(front.port, authority.certificate);
    await assert.rejects(
      client.obtain(directory, [`none.${domain}`], async () => {}),
      /returned an unsuccessful response: 3/,
    );
  });
});
