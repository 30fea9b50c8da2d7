import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { execa } from "execa";
import { sealingKeyOf } from "../../sandbox/cloud/core/credentials.ts";
import { Sealer } from "../../sandbox/cloud/core/sealing.ts";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import { findMarked, markVariable } from "../../sandbox/engine/processes.ts";
import { Apps } from "../../sandbox/internet/apps/apps.ts";
import { environmentOf } from "../../sandbox/internet/apps/environment.ts";
import { destinationOf } from "../../sandbox/internet/apps/ingress.ts";
import type { LiveApp } from "../../sandbox/internet/apps/live-apps.ts";
import { Authority } from "../../sandbox/internet/authority.ts";
import { appPlatform } from "../../sandbox/internet/front/app-platform.ts";
import { type Front, startFront } from "../../sandbox/internet/front/front.ts";
import { obtainLayer } from "../../sandbox/internet/registry/layer.ts";
import { PRODUCTION, startCloud, type TestCloud, until } from "../cloud/support.ts";
import { callSite } from "./support/https.ts";

const service = (name: string) => ({ name, http_port: 3000, envs: [] });
const toComponent = (prefix: string, name: string, more = {}) => ({
  match: { path: { prefix } },
  component: { name, ...more },
});

describe("The ingress rules of an app", () => {
  const app: LiveApp = {
    ...{ id: "1", name: "hub", host: "hub-abcde.ondigitalocean.app", deployment: "1", variables: [] },
    services: [service("api"), service("web")],
    rules: [
      toComponent("/", "site"),
      toComponent("/api", "api"),
      toComponent("/api/deep", "web", { preserve_path_prefix: true }),
      toComponent("/old", "web", { rewrite: "/new/" }),
      { match: { path: { exact: "/api/exactly" } }, component: { name: "web" } },
    ],
  };
  const lead = (url: string, one = app) => {
    const { service: name, path } = destinationOf(one, url) ?? assert.fail();
    return `${name} ${path}`;
  };

  test("the longest prefix wins, and is cut off unless it is to be kept", () => {
    assert.equal(lead("/api"), "api /");
    assert.equal(lead("/api/a/b?c=/d?"), "api /a/b?c=/d?");
    assert.equal(lead("/api/deep/a"), "web /api/deep/a");
    assert.equal(lead("/api/exactly"), "web /");
    assert.equal(lead("/old/a"), "web /new/a");
  });

  test("a prefix ends where a part of the path does, and a static site is answered by the first service", () => {
    assert.equal(lead("/apis?x"), "api /apis?x");
    assert.equal(lead("/index.html"), "api /index.html");
  });

  test("without rules everything is the first service's, and without services there is nothing", () => {
    assert.equal(lead("/a", { ...app, rules: [] }), "api /a");
    assert.equal(destinationOf({ ...app, services: [] }, "/"), undefined);
  });
});

const folder = mkdtempSync(join(tmpdir(), "apps-"));
const mark = `${folder}#internet`;
const secret = "postgresql+psycopg2://superset:the-password@127.0.0.1/postgres";
const domain = "superset.example.net";

describe("Apps of the account that are played", () => {
  let cloud: TestCloud;
  let apps: Apps;
  let front: Front;
  let authority: Authority;
  const hosts = new Map<string, string>();
  before(async () => {
    const options = { cache: cacheFolder(), projectRoot: "", report: () => {}, note: () => {} };
    const { programs } = await obtainLayer(options);
    cloud = await startCloud(["--no-spaces", "--seed", PRODUCTION]);
    process.env[markVariable] = mark;
    apps = new Apps(cloud.folder, {
      plays: new Map([
        ["analytics", "superset"],
        ["pulse-hub-web", "mcp"],
      ]),
      programs,
      logs: join(folder, "logs"),
      sealer: () => new Sealer(sealingKeyOf(cloud.folder)),
    });
    authority = await Authority.open(folder);
    const aliasesOf = (host: string) => [host, hosts.get(host) ?? ""];
    const sites = [appPlatform(apps, aliasesOf)];
    front = await startFront({ address: "127.0.0.1", port: 0, authority, sites, aliasesOf });
  });
  after(async () => {
    await front?.stop();
    await apps?.stop();
    delete process.env[markVariable];
    await cloud?.dispose();
    rmSync(folder, { recursive: true });
  });

  const call = (host: string, path: string) =>
    callSite(front.port, `https://${host}${path}`, { ca: authority.certificate });
  const spec = (address: string) => ({
    name: "analytics",
    services: [
      {
        name: "web",
        image: { registry_type: "DOCKER_HUB", registry: "apache", repository: "superset", tag: "4.1.1" },
        http_port: 8088,
        health_check: { http_path: "/health" },
        envs: [
          { key: "SQLALCHEMY_DATABASE_URI", value: address, type: "SECRET", scope: "RUN_TIME" },
          { key: "BUILD", value: "not at run time", scope: "BUILD_TIME" },
        ],
      },
    ],
    envs: [{ key: "SHARED", value: "by all" }],
  });
  let id = "";
  /** Waits until the deployment that a call began is over. */
  const deployed = async () => {
    let last = { phase: "" };
    await until(
      async () => {
        const { body } = await cloud.api("GET", `/apps/${id}/deployments`);
        last = body.deployments[0];
        return ["ACTIVE", "ERROR"].includes(last.phase);
      },
      () => `the deployment stays ${last.phase}`,
    );
    return last.phase;
  };
  const processes = () => findMarked(mark).map(({ pid }) => pid);
  /** Variables of a process; none when it has just ended. */
  const environment = (pid: number) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    } catch {
      return [];
    }
  };
  const analytics = () =>
    processes().find((pid) => environment(pid).includes("SHARED=by all")) ?? assert.fail("it does not run");

  test("an adopted app runs with whatever variables it has", async () => {
    const answer = await call("pulse-hub-web-an645.ondigitalocean.app", "/api/health");
    assert.equal(answer.status, 200);
    assert.equal(answer.headers["x-stand-in"], "true");
    assert.deepEqual(JSON.parse(answer.text), { status: "healthy" });
  });

  test("behind an app that nobody plays there is nothing", async () => {
    const answer = await call("superset-nlavf.ondigitalocean.app", "/health");
    assert.equal(answer.status, 503);
    assert.match(answer.text, /the sandbox does not run the containers of this app/);
    assert.match((await call("none.ondigitalocean.app", "/")).text, /No app is live/);
  });

  test("a new app runs once it is live, under its own domain too, with its secrets in its environment only", async () => {
    ({ id } = await cloud.make("/apps", "app", { spec: spec(secret) }));
    assert.equal(await deployed(), "ACTIVE");
    const { app } = (await cloud.api("GET", `/apps/${id}`)).body;
    hosts.set(domain, new URL(app.default_ingress).host);
    const answer = await call(domain, "/health");
    assert.deepEqual([answer.status, answer.text], [200, "OK"]);
    const pid = analytics();
    const variables = environment(pid);
    assert.ok(variables.includes(`SQLALCHEMY_DATABASE_URI=${secret}`));
    assert.ok(!variables.some((one) => one.startsWith("BUILD=") || one.startsWith("PATH=")));
    assert.ok(!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("the-password"));
    const found = await execa("grep", ["--recursive", "the-password", folder, cloud.folder], {
      reject: false,
    });
    assert.deepEqual([found.exitCode, found.stdout], [1, ""]);
  });

  test("a new live deployment takes over, and nobody meets a gap", async () => {
    const before = analytics();
    await cloud.api("PUT", `/apps/${id}`, { spec: spec(`${secret}?x`) });
    assert.equal(await deployed(), "ACTIVE");
    const wanted = `SQLALCHEMY_DATABASE_URI=${secret}?x`;
    await until(
      async () => {
        assert.equal((await call(domain, "/health")).status, 200);
        const running = processes();
        return !running.includes(before) && running.some((pid) => environment(pid).includes(wanted));
      },
      () => "the old one still serves",
    );
  });

  test("one that does not become healthy leaves the one before it serving", async () => {
    const before = analytics();
    await cloud.api("PUT", `/apps/${id}`, { spec: spec("sqlite:////superset.db") });
    assert.equal(await deployed(), "ACTIVE");
    const log = join(folder, "logs/analytics-web.log");
    await until(
      () => readFileSync(log, "utf8").includes("metadata must lie in PostgreSQL"),
      () => "the new one was not tried",
    );
    assert.equal((await call(domain, "/health")).status, 200);
    assert.equal(analytics(), before);
  });

  test("a deployment that fails changes nothing", async () => {
    const before = analytics();
    await cloud.admin("POST", "/faults", {
      kind: "deployment-fails",
      match: { method: "PUT", path: `/v2/apps/${id}` },
      times: 1,
    });
    await cloud.api("PUT", `/apps/${id}`, { spec: spec(`${secret}?y`) });
    assert.equal(await deployed(), "ERROR");
    assert.equal((await call(domain, "/health")).status, 200);
    assert.equal(analytics(), before);
  });

  test("one that died is started again for whoever asks next", async () => {
    await cloud.api("PUT", `/apps/${id}`, { spec: spec(`${secret}?z`) });
    assert.equal(await deployed(), "ACTIVE");
    await until(
      () => environment(analytics()).includes(`SQLALCHEMY_DATABASE_URI=${secret}?z`),
      () => "it did not start",
    );
    const pid = analytics();
    process.kill(pid, "SIGKILL");
    // The very first may still meet the dead one.
    await until(
      async () => (await call(domain, "/health")).status === 200,
      () => "it did not start again",
    );
    assert.notEqual(analytics(), pid);
  });

  test("an app that is deleted ends, and with the internet all do", async () => {
    const pid = analytics();
    await cloud.api("DELETE", `/apps/${id}`);
    await until(
      () => !processes().includes(pid),
      () => "it still runs",
    );
    assert.equal(processes().length, 1);
    await apps.stop();
    assert.deepEqual(processes(), []);
  });
});

test("A secret of another app is not opened", () => {
  const sealer = new Sealer(Buffer.alloc(32));
  const [nonce, text] = sealer.encrypt("hidden", "one");
  const value = `EV[1:${nonce.toString("base64")}:${text.toString("base64")}]`;
  const app = { name: "a", host: "a", deployment: "1", services: [], variables: [], rules: [], id: "one" };
  assert.deepEqual(environmentOf(app, [{ key: "A", value }], sealer), { A: "hidden" });
  assert.throws(() => environmentOf({ ...app, id: "two" }, [{ key: "A", value }], sealer));
});
