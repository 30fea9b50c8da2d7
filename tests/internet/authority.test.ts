import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { connect, createServer, type TLSSocket } from "node:tls";
import { Authority, type KeyPair } from "../../sandbox/internet/authority.ts";
import { trust, trustBundle } from "../../sandbox/internet/trust.ts";

const folder = mkdtempSync(join(tmpdir(), "authority-"));
after(() => rmSync(folder, { recursive: true }));

const authority = await Authority.open(folder);

/** Shakes hands with a server that has this certificate. */
async function shakeHands(pair: KeyPair, trusted: string, servername: string): Promise<void> {
  const server = createServer({ key: pair.key, cert: pair.certificate }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  try {
    await new Promise<void>((resolve, reject) => {
      const socket: TLSSocket = connect({ host: "127.0.0.1", port, ca: trusted, servername }, () => {
        socket.end();
        resolve();
      });
      socket.once("error", reject);
    });
  } finally {
    server.close();
  }
}

test("A client that trusts the authority accepts its server, wildcards included, and no other name", async () => {
  const pair = await authority.issue(["api.digitalocean.com", "*.digitaloceanspaces.com"]);
  await shakeHands(pair, authority.certificate, "api.digitalocean.com");
  await shakeHands(pair, authority.certificate, "bucket.digitaloceanspaces.com");
  await assert.rejects(shakeHands(pair, authority.certificate, "api.cloudflare.com"), {
    code: "ERR_TLS_CERT_ALTNAME_INVALID",
  });
});

test("A certificate of another sandbox is refused", async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "authority-"));
  after(() => rmSync(elsewhere, { recursive: true }));
  const stranger = await Authority.open(elsewhere);
  const pair = await stranger.issue(["api.digitalocean.com"]);
  await assert.rejects(shakeHands(pair, authority.certificate, "api.digitalocean.com"));
});

test("A state folder keeps its authority, and the key is for its owner alone", async () => {
  const again = await Authority.open(folder);
  assert.equal(again.certificate, authority.certificate);
  const pair = await again.issue(["api.digitalocean.com"]);
  await shakeHands(pair, authority.certificate, "api.digitalocean.com");
  assert.equal(statSync(join(folder, "authority.key")).mode & 0o777, 0o600);
});

test("Certificates say what strict clients ask for", async () => {
  const issuer = new X509Certificate(authority.certificate);
  const server = new X509Certificate((await authority.issue(["api.digitalocean.com"])).certificate);
  assert.equal(issuer.ca, true);
  assert.equal(server.ca, false);
  assert.ok(server.verify(issuer.publicKey));
  const text = server.toLegacyObject();
  assert.deepEqual(text.ext_key_usage, ["1.3.6.1.5.5.7.3.1"]);
  const identifier = Buffer.from("0603551d23", "hex");
  assert.ok(server.raw.includes(identifier), "no authority key identifier");
});

test("The trust bundle holds every authority once, also after one is replaced", async () => {
  const trusted = join(folder, "trust");
  trust(trusted, "sandbox", authority.certificate);
  trust(trusted, "acme", "first\n");
  trust(trusted, "acme", "second\n");
  const text = readFileSync(trustBundle(trusted), "utf8");
  assert.equal(text, `second\n${authority.certificate.trim()}\n`);
});
