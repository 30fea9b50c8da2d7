import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { execa } from "execa";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import { freePort } from "../../sandbox/internet/loopback.ts";
import { type Layer, obtainLayer } from "../../sandbox/internet/registry/layer.ts";
import { call, until } from "../cloud/support.ts";

const folder = mkdtempSync(join(tmpdir(), "programs-"));

describe("The programs in the images of the world", () => {
  const children: ChildProcess[] = [];
  let layer: Layer;
  before(async () => {
    layer = await obtainLayer({ cache: cacheFolder(), projectRoot: "", report: () => {}, note: () => {} });
    await execa("tar", ["--extract", "--file", layer.file, "--directory", folder, "./usr/bin"]);
  });
  after(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });
  const start = (
    name: string,
    words: string[],
    variables: Record<string, string>,
    program = join(folder, "usr/bin", name),
  ) => {
    const child = spawn(program, words, { env: variables, stdio: "ignore" });
    children.push(child);
    return child;
  };
  const answers = async (url: string) => {
    let last: Awaited<ReturnType<typeof fetch>> | undefined;
    await until(
      async () => {
        last = await fetch(url).catch(() => undefined);
        return last !== undefined;
      },
      () => `${url} does not answer`,
    );
    return last ?? assert.fail();
  };

  test("Odoo reads its own file, and keeps sessions and data", async () => {
    const [port, live] = [await freePort(), await freePort()];
    const data = join(folder, "odoo");
    const file = join(folder, "odoo.conf");
    const lines = [
      "http_interface = 127.0.0.1",
      `http_port = ${port}`,
      `gevent_port = ${live}`,
      `data_dir = ${data}`,
    ];
    // Nobody listens there: the service starts all the same, and says so when it is asked.
    const database = ["db_host = 127.0.0.1", "db_port = 1", "db_user = odoo.x", "db_password = y"];
    writeFileSync(file, ["; comment", "[options]", ...lines, ...database].join("\n"));
    const child = start("odoo", [`--config=${file}`], { STAND_IN_RELEASE: "one" });
    const health = await answers(`http://127.0.0.1:${port}/web/health`);
    assert.equal(health.headers.get("x-stand-in"), "true");
    assert.equal(health.headers.get("x-stand-in-release"), "one");
    assert.deepEqual(await health.json(), { status: "pass" });
    const deep = await call(`http://127.0.0.1:${port}/web/health?db_server_status=1`, "GET", {});
    assert.deepEqual([deep.status, deep.body.db_server_status], [500, false]);
    const login = await fetch(`http://127.0.0.1:${port}/web/login`);
    const [cookie = ""] = login.headers.getSetCookie();
    assert.match(cookie, /^session_id=[0-9a-f]{40}; Path=\/; Max-Age=3600; HttpOnly$/);
    const again = await fetch(`http://127.0.0.1:${port}/web/login`, {
      headers: { cookie: cookie.split(";")[0] ?? "" },
    });
    assert.deepEqual(again.headers.getSetCookie(), []);
    const style = await fetch(`http://127.0.0.1:${port}/web/static/style.css`);
    assert.match(style.headers.get("cache-control") ?? "", /max-age=604800/);
    assert.equal(readFileSync(join(data, "stand-in-starts"), "utf8").trim().split("\n").length, 1);

    const socket = new WebSocket(`ws://127.0.0.1:${live}/websocket`);
    const echoed = await new Promise((resolve, reject) => {
      socket.onopen = () => socket.send("x".repeat(300));
      socket.onmessage = ({ data: message }) => resolve(message);
      socket.onerror = reject;
    });
    assert.equal(echoed, "x".repeat(300));
    // At its end it says so to who still listens, as Odoo does.
    const left = new Promise<number>((resolve) => {
      socket.onclose = ({ code }) => resolve(code);
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    assert.deepEqual(await Promise.all([left, ended]), [1001, 0]);
  });

  test("Odoo's options stand above its file, and an update does one thing and ends", async () => {
    const port = await freePort();
    const file = join(folder, "options.conf");
    const written = ["http_interface = 127.0.0.1", "http_port = 1", `data_dir = ${join(folder, "options")}`];
    writeFileSync(file, ["[options]", ...written, "db_host = 127.0.0.1", "db_port = 1"].join("\n"));
    const moved = [`--http-port=${port}`, `--gevent-port=${await freePort()}`];
    start("odoo", [`--config=${file}`, ...moved], {});
    assert.equal((await answers(`http://127.0.0.1:${port}/web/health`)).status, 200);
    const updating = start("odoo", [`--config=${file}`, "--update=account", "--stop-after-init"], {});
    // Nobody listens where its database would be.
    assert.equal(await new Promise((resolve) => updating.once("exit", resolve)), 1);
  });

  test("a broken release ends before it serves", async () => {
    const child = start("n8n", [], { N8N_ENCRYPTION_KEY: "k", STAND_IN_RELEASE: "2.35.7-broken" });
    assert.equal(await new Promise((resolve) => child.once("exit", resolve)), 1);
  });

  test("Mattermost, n8n and OCR answer their health checks where their variables say", async () => {
    const home = { HOME: join(folder, "home") };
    const [chat, flows, reader] = [await freePort(), await freePort(), await freePort()];
    const folders = { MM_FILESETTINGS_DIRECTORY: join(folder, "mattermost") };
    start("mattermost", [], { ...folders, MM_SERVICESETTINGS_LISTENADDRESS: `127.0.0.1:${chat}` });
    start("n8n", [], {
      ...home,
      N8N_ENCRYPTION_KEY: "k",
      N8N_LISTEN_ADDRESS: "127.0.0.1",
      N8N_PORT: String(flows),
    });
    start("ocr-service", [], { ...home, PORT: String(reader), REDIS_PORT: "1", API_KEY: "secret" });
    const url = (port: number, path: string) => `http://127.0.0.1:${port}${path}`;
    assert.deepEqual(await (await answers(url(chat, "/api/v4/system/ping"))).json(), { status: "OK" });
    assert.deepEqual(await (await answers(url(flows, "/healthz"))).json(), { status: "ok" });
    assert.deepEqual(await (await answers(url(reader, "/health"))).json(), { ok: true });
    assert.equal((await fetch(url(reader, "/ready"))).status, 503);
    assert.equal((await fetch(url(reader, "/v1/ocr"), { method: "POST", body: "x" })).status, 401);
    const headers = { "x-api-key": "secret" };
    assert.equal((await fetch(url(reader, "/v1/ocr"), { method: "POST", body: "x", headers })).status, 503);
  });

  test("Superset and the MCP coordinator answer their health checks outside a container too", async () => {
    const [analytics, hub] = [await freePort(), await freePort()];
    const run = (name: string, variables: Record<string, string>) =>
      start(name, [], variables, join(layer.programs, name));
    // Where an adopted app's own address is not known, the sandbox has a text in its place.
    const listening = { SUPERSET_BIND_ADDRESS: "127.0.0.1", SUPERSET_PORT: String(analytics) };
    run("superset", { ...listening, SQLALCHEMY_DATABASE_URI: "sample-plain-value" });
    run("mcp", { HOST: "127.0.0.1", PORT: String(hub) });
    const health = await answers(`http://127.0.0.1:${analytics}/health`);
    assert.equal(health.headers.get("x-stand-in"), "true");
    assert.equal(await health.text(), "OK");
    assert.match(
      await (await fetch(`http://127.0.0.1:${analytics}/login/`)).text(),
      /A stand-in for Superset/,
    );
    const other = await answers(`http://127.0.0.1:${hub}/api/health`);
    assert.equal(other.headers.get("x-stand-in"), "true");
    assert.deepEqual(await other.json(), { status: "healthy" });
  });

  test("Superset refuses every database but PostgreSQL, and does not say the password", async () => {
    const variables = (address: string) => ({ SQLALCHEMY_DATABASE_URI: address, PORT: String(port) });
    const port = await freePort();
    for (const address of ["sqlite:////app/superset.db", "mysql+pymysql://superset:hidden@127.0.0.1/x"]) {
      const env = variables(address);
      const { exitCode, stderr } = await execa(join(layer.programs, "superset"), { env, reject: false });
      assert.equal(exitCode, 1);
      assert.match(stderr, /metadata must lie in PostgreSQL/);
      assert.doesNotMatch(stderr, /hidden/);
    }
    start("superset", [], variables("postgresql+psycopg2://superset:hidden@127.0.0.1/postgres"));
    assert.equal((await answers(`http://127.0.0.1:${port}/health`)).status, 200);
  });

  test("n8n does not start without its encryption key", async () => {
    const child = start("n8n", [], { HOME: folder });
    assert.equal(await new Promise((resolve) => child.once("exit", resolve)), 1);
  });
});
