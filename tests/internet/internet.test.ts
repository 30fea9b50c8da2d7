import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { execa } from "execa";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import { obtainPebble } from "../../sandbox/internet/acme/obtain.ts";
import { internetFiles } from "../../sandbox/internet/files.ts";
import { obtainLayer } from "../../sandbox/internet/registry/layer.ts";
import type { InternetSettings } from "../../sandbox/internet/settings.ts";
import { obtainDatabaseRoot } from "../../sandbox/internet/supabase/root.ts";
import { until } from "../cloud/support.ts";

const root = join(import.meta.dirname, "../..");
const commands = ["ip", "nsenter", "unshare", "curl", "mmdebstrap"];
const found = await Promise.all(commands.map((name) => execa("which", [name], { reject: false })));
const missing = commands.filter((_, index) => found[index]?.failed);
const reason = process.getuid?.() === 0 ? `missing: ${missing.join(", ")}` : "network namespaces need root";
const skip = process.getuid?.() === 0 && missing.length === 0 ? false : reason;

const addresses = { names: ["198.19.0.53"], web: "198.19.0.1", pooler: "198.19.0.2", mail: "198.19.0.3" };
const projectRef = "abcdefghijklmnopqrst";
const poolerHost = "aws-1-us-east-1.pooler.supabase.com";
const database = "fd00::5432";

describe("The sandbox's internet in a network namespace of its own", { skip }, () => {
  const namespace = `internet-test-${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), "internet-"));
  const resolver = join(folder, "resolv.conf");
  const files = internetFiles(join(folder, "internet"));
  const children: ChildProcess[] = [];

  /** Starts a program in the namespace, with a text on its standard input, and waits for its ready line. */
  async function start(words: string[], input: string): Promise<ChildProcess> {
    const child = spawn("nsenter", [`--net=/run/netns/${namespace}`, process.execPath, ...words]);
    children.push(child);
    let printed = "";
    child.stdout.on("data", (text) => {
      printed += text;
    });
    child.stderr.on("data", (text) => {
      printed += text;
    });
    child.stdin.end(input);
    await until(
      () => printed.includes('"ready":true') || child.exitCode !== null,
      () => `not ready: ${printed}`,
    );
    assert.equal(child.exitCode, null, printed);
    return child;
  }

  /** A client in the namespace, which resolves names as every program does. */
  async function client(...command: string[]) {
    const script = `mount --bind ${resolver} /etc/resolv.conf && exec "$@"`;
    const words = [
      `--net=/run/netns/${namespace}`,
      "unshare",
      "--mount",
      "sh",
      "-c",
      script,
      "sh",
      ...command,
    ];
    return execa("nsenter", words, { reject: false, timeout: 30_000 });
  }
  const curl = (...words: string[]) =>
    client("curl", "--silent", "--show-error", "--cacert", files.trustBundle, ...words);

  before(async () => {
    const options = { cache: cacheFolder(), projectRoot: root, report: () => {}, note: () => {} };
    const pebble = join((await obtainPebble(options)).folder, "pebble");
    const tools = {
      pebble,
      layer: await obtainLayer(options),
      databaseRoot: await obtainDatabaseRoot(cacheFolder(), () => {}),
    };
    await execa("ip", ["netns", "add", namespace]);
    const own = [...addresses.names, addresses.web, addresses.pooler, addresses.mail].map(
      (address) => `address add ${address}/32 dev lo`,
    );
    const lines = ["link set lo up", ...own, `address add ${database}/128 dev lo nodad`];
    await execa("ip", ["-netns", namespace, "-batch", "-"], { input: lines.join("\n") });
    writeFileSync(resolver, `nameserver ${addresses.names[0]}\n`);
    const cloud = join(folder, "cloud");
    await start([join(root, "sandbox/cloud/main.ts"), "--state", cloud, "--no-spaces"], "");
    const settings: InternetSettings = {
      ...{
        folder: join(folder, "internet"),
        cloudFolder: cloud,
        addresses,
        registered: "digitalocean",
        tools,
      },
      projects: [{ projectRef, poolerHost, ownerPassword: "owner", address: database, roles: [] }],
      images: [{ reference: "docker.io/library/odoo:1", plays: "odoo" }],
      mailNames: ["smtp.example.net"],
    };
    await start([join(root, "sandbox/internet/main.ts")], JSON.stringify(settings));
  });
  after(async () => {
    for (const child of children.reverse()) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      if (child.exitCode === null && child.kill("SIGTERM")) await ended;
    }
    await execa("ip", ["netns", "delete", namespace], { reject: false });
    rmSync(folder, { recursive: true });
  });

  test("programs meet the vendors under their own names, with TLS verified", async () => {
    const status = async (url: string) =>
      (await curl("--output", "/dev/null", "--write-out", "%{http_code}", url)).stdout;
    // The cloud asks for a token, which shows that it was the cloud.
    assert.equal(await status("https://api.digitalocean.com/v2/account"), "401");
    assert.equal(await status("https://api.cloudflare.com/client/v4/zones"), "403");
    assert.equal(await status("https://registry-1.docker.io/v2/library/odoo/manifests/1"), "200");
    assert.equal(await status("https://acme-v02.api.letsencrypt.org/directory"), "200");
    assert.equal(await status("https://unknown.ondigitalocean.app/"), "000");
    assert.match((await curl("https://www.debian.org/")).stderr, /Could not resolve host/);
  });

  test("Slack and mail arrive", async () => {
    const url = "https://hooks.slack.com/services/T0/B0/s";
    assert.equal((await curl("--json", '{"text":"down"}', url)).stdout, "ok");
    assert.deepEqual(
      files.slack.all().map(({ message }) => message),
      [{ text: "down" }],
    );
    const letter = join(folder, "letter");
    writeFileSync(letter, "Subject: hello\r\n\r\nbody\r\n");
    const envelope = [
      "--mail-from",
      "a@example.net",
      "--mail-rcpt",
      "b@example.org",
      "--upload-file",
      letter,
    ];
    const sent = await curl("--ssl-reqd", ...envelope, "smtp://smtp.example.net:2525");
    assert.equal(sent.exitCode, 0, sent.stderr);
    assert.deepEqual(
      files.mail.all().map(({ to, secure }) => [to, secure]),
      [[["b@example.org"], true]],
    );
  });

  test("the database is there under its names", async () => {
    const code =
      "const [n]=process.argv.slice(1);const s=require('net').connect(5432,n,()=>{s.write(Buffer.from('0000000804d2162f','hex'))});s.on('data',d=>{console.log(String(d));s.destroy()})";
    for (const name of [poolerHost, `db.${projectRef}.supabase.co`]) {
      const answer = await client(process.execPath, "-e", code, name);
      // S: the server goes on with TLS.
      assert.equal(answer.stdout, "S", answer.stderr);
    }
  });

  test("when it ends, none of its servers is left", async () => {
    const internet = children.at(-1) ?? assert.fail();
    const ended = new Promise((resolve) => internet.once("exit", resolve));
    internet.kill("SIGTERM");
    assert.equal(await ended, 0);
    const { stdout } = await execa("ip", ["netns", "pids", namespace]);
    assert.deepEqual(
      stdout.split("\n").filter(Boolean),
      [String(children[0]?.pid)],
      "more than the cloud is left",
    );
  });
});
