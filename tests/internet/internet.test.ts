import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { execa } from "execa";
import { readText } from "../../sandbox/engine/files.ts";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import { findMarked, markVariable } from "../../sandbox/engine/processes.ts";
import { obtainPebble } from "../../sandbox/internet/acme/obtain.ts";
import {
  databaseAddress,
  internetAddresses,
  internetAddressLines,
} from "../../sandbox/internet/addresses.ts";
import { certificateBundle, internetFiles } from "../../sandbox/internet/files.ts";
import { makeStandInAddons } from "../../sandbox/internet/git/stand-in-addons.ts";
import { endInternet, internetMark } from "../../sandbox/internet/leftovers.ts";
import { obtainLayer } from "../../sandbox/internet/registry/layer.ts";
import { obtainRegistryServer } from "../../sandbox/internet/registry/obtain-server.ts";
import type { InternetSettingsInput } from "../../sandbox/internet/settings.ts";
import { obtainDatabaseRoot } from "../../sandbox/internet/supabase/root.ts";
import { PRODUCTION, until } from "../cloud/support.ts";
import { psql } from "./support/psql.ts";
import { startInside } from "./support/start-inside.ts";

const root = join(import.meta.dirname, "../..");
const commands = ["ip", "nsenter", "unshare", "curl", "git", "apt-get", "mmdebstrap"];
const found = await Promise.all(commands.map((name) => execa("which", [name], { reject: false })));
const missing = commands.filter((_, index) => found[index]?.failed);
const reason = process.getuid?.() === 0 ? `missing: ${missing.join(", ")}` : "network namespaces need root";
const skip = process.getuid?.() === 0 && missing.length === 0 ? false : reason;

const projectRefs = ["abcdefghijklmnopqrst", "bcdefghijklmnopqrstu"];
const [projectRef = ""] = projectRefs;
const poolerHost = (index: number) => `aws-${index}-us-east-1.pooler.supabase.com`;
const repository = "https://github.com/example/addons";

describe("The sandbox's internet in a network namespace of its own", { skip }, () => {
  const namespace = `internet-test-${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), "internet-"));
  const mark = internetMark(folder);
  const resolver = join(folder, "resolv.conf");
  const cloud = join(folder, "cloud");
  const files = internetFiles(join(folder, "internet"));
  const children: ChildProcess[] = [];
  let settings: InternetSettingsInput;
  let databaseRoot: string;
  let commit: string;

  /** Starts a program in the namespace, with a text on its standard input, and waits for its ready line. */
  const start = (words: string[], input: string) =>
    startInside(
      namespace,
      words,
      input,
      (child) => children.push(child),
      input === "" ? {} : { [markVariable]: mark },
    );
  const startInternet = () => start([join(root, "sandbox/internet/main.ts")], JSON.stringify(settings));
  async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill(signal);
    return ended;
  }
  /** Numbers of the processes in the namespace, without the cloud's. */
  const processes = async () => {
    const { stdout } = await execa("ip", ["netns", "pids", namespace]);
    return stdout
      .split("\n")
      .filter(Boolean)
      .map(Number)
      .filter((pid) => pid !== children[0]?.pid);
  };

  /** A client in the namespace, which resolves names as every program does. */
  async function client(command: readonly string[], variables: Record<string, string> = {}) {
    const script = `mount --bind ${resolver} /etc/resolv.conf && exec "$@"`;
    const inside = ["unshare", "--mount", "sh", "-c", script, "sh"];
    const words = [`--net=/run/netns/${namespace}`, ...inside, ...command];
    return execa("nsenter", words, { reject: false, timeout: 120_000, env: variables });
  }
  const curl = (...words: string[]) =>
    client(["curl", "--silent", "--show-error", "--cacert", files.trustBundle, ...words]);
  const query = (sql: string) => {
    const where = { host: poolerHost(0), user: `postgres.${projectRef}`, sslrootcert: files.trustBundle };
    return client(psql(databaseRoot, where, sql), { PGPASSWORD: "owner" });
  };

  before(async () => {
    const options = { cache: cacheFolder(), projectRoot: root, report: () => {}, note: () => {} };
    databaseRoot = await obtainDatabaseRoot(cacheFolder(), () => {});
    const pebble = join((await obtainPebble(options)).folder, "pebble");
    const registryServer = await obtainRegistryServer(options);
    const tools = { pebble, registryServer, layer: await obtainLayer(options), databaseRoot };
    await execa("ip", ["netns", "add", namespace]);
    const lines = ["link set lo up", ...internetAddressLines(projectRefs.length)];
    await execa("ip", ["-netns", namespace, "-batch", "-"], { input: lines.join("\n") });
    writeFileSync(resolver, internetAddresses.names.map((name) => `nameserver ${name}\n`).join(""));
    await start(
      [join(root, "sandbox/cloud/main.ts"), "--state", cloud, "--no-spaces", "--seed", PRODUCTION],
      "",
    );
    const addons = join(folder, "addons.git");
    commit = await makeStandInAddons(addons);
    settings = {
      ...{ folder: join(folder, "internet"), cloudFolder: cloud, tools },
      ...{ addresses: internetAddresses, registered: "digitalocean" },
      projects: projectRefs.map((ref, index) => ({
        ...{ projectRef: ref, poolerHost: poolerHost(index), address: databaseAddress(index) },
        ownerPassword: "owner",
      })),
      images: [
        { reference: "docker.io/library/odoo:1", plays: "odoo" },
        { reference: "docker.io/apache/superset:4.1.1", plays: "superset" },
      ],
      apps: [{ app: "pulse-hub-web", plays: "mcp" }],
      repositories: [{ url: repository, folder: addons }],
      mailNames: ["smtp.example.net"],
    };
    // Machines can have it before there is an internet.
    assert.equal(await certificateBundle(settings.folder), files.trustBundle);
    await startInternet();
  });
  after(async () => {
    for (const child of children.reverse()) await end(child, "SIGTERM");
    await endInternet(mark);
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

  test("apps answer under the vendor's names and under the customer's", async () => {
    const superset = "superset-nlavf.ondigitalocean.app";
    assert.equal((await curl(`https://${superset}/health`)).stdout, "OK");
    const hub = "https://pulse-hub-web-an645.ondigitalocean.app/api/health";
    assert.equal((await curl(hub)).stdout.trim(), '{"status":"healthy"}');
    const { token } = JSON.parse(readFileSync(join(cloud, "cloud.json"), "utf8"));
    const make = async (path: string, body: object) => {
      const api = `https://api.digitalocean.com/v2${path}`;
      const made = await curl("--oauth2-bearer", token, "--json", JSON.stringify(body), "--fail", api);
      assert.equal(made.exitCode, 0, made.stderr);
    };
    await make("/domains", { name: "example.com" });
    await make("/domains/example.com/records", { type: "CNAME", name: "bi", data: `${superset}.`, ttl: 60 });
    assert.equal((await curl("https://bi.example.com/health")).stdout, "OK");
  });

  test("the addons are cloned from their host", async () => {
    const copy = join(folder, "clone");
    const variables = { GIT_SSL_CAINFO: files.trustBundle, GIT_CONFIG_GLOBAL: "/dev/null" };
    const cloned = await client(["git", "clone", "--quiet", repository, copy], variables);
    assert.equal(cloned.exitCode, 0, cloned.stderr);
    assert.equal((await execa("git", ["-C", copy, "rev-parse", "HEAD"])).stdout, commit);
  });

  test("what is not there is refused at once: a package list is not waited for", async () => {
    const source = join(folder, "sources.list");
    writeFileSync(source, "deb http://deb.debian.org/debian trixie main\n");
    const own = [`Dir::Etc::SourceList=${source}`, "Dir::Etc::SourceParts=-", `Dir::State=${folder}/apt`];
    // Its own three more tries wait seven seconds, whatever the answer was.
    const once = [`Dir::Cache=${folder}/apt-cache`, "Acquire::http::Proxy=DIRECT", "Acquire::Retries=0"];
    const began = performance.now();
    const words = [...own, ...once].flatMap((word) => ["--option", word]);
    // Whoever gets no answer at all asks again after half a minute, which no busy computer is mistaken for.
    const updated = await client(["apt-get", "update", ...words], { RES_OPTIONS: "timeout:30" });
    const seconds = (performance.now() - began) / 1000;
    assert.match(updated.stderr, /Could not resolve 'deb.debian.org'/);
    assert.ok(seconds < 25, `it took ${seconds} s`);
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
    const names = projectRefs.flatMap((ref, index) => [poolerHost(index), `db.${ref}.supabase.co`]);
    for (const name of names) {
      const answer = await client([process.execPath, "-e", code, name]);
      // S: the server goes on with TLS.
      assert.equal(answer.stdout, "S", answer.stderr);
    }
  });

  test("one that was killed leaves processes behind; the next start ends them, and has the data", async () => {
    assert.equal((await query("CREATE TABLE kept AS SELECT 42 AS answer")).exitCode, 0);
    await end(children.at(-1) ?? assert.fail(), "SIGKILL");
    const left = await processes();
    const nameOf = (pid: number) => readText(`/proc/${pid}/comm`)?.trim() ?? "";
    const names = new Set(left.map(nameOf));
    for (const name of ["pebble", "postgres", "pgbouncer", "docker-registry"])
      assert.ok(names.has(name), `no ${name} in ${[...names].join(", ")}`);
    // PostgreSQL's own children write their title over their environment; they end with their parent.
    const marked = findMarked(mark).map(({ pid }) => pid);
    const hidden = new Set(left.filter((pid) => !marked.includes(pid)).map(nameOf));
    // One of those may just have ended: its clients are gone.
    hidden.delete("");
    assert.deepEqual([...hidden], ["postgres"]);
    await startInternet();
    const running = await processes();
    assert.deepEqual(
      left.filter((pid) => running.includes(pid)),
      [],
    );
    const answer = await query("SELECT answer FROM kept");
    assert.equal(answer.stdout, "42", answer.stderr);
    assert.equal((await curl("https://superset-nlavf.ondigitalocean.app/health")).stdout, "OK");
  });

  test("when it ends, none of its servers is left", async () => {
    assert.equal(await end(children.at(-1) ?? assert.fail(), "SIGTERM"), 0);
    assert.deepEqual(await processes(), [], "more than the cloud is left");
  });

  test("what a killed one has left can be ended without another start", async () => {
    await end(await startInternet(), "SIGKILL");
    assert.ok((await processes()).length > 0);
    assert.ok((await endInternet(mark)) > 0);
    await until(
      async () => (await processes()).length === 0,
      () => "something is left",
    );
  });
});
