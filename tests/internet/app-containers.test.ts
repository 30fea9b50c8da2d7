import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { catalogue } from "../../config/catalogue.ts";
import { findMarked } from "../../sandbox/engine/processes.ts";
import { type Json, until } from "../cloud/support.ts";
import { noInternetBecause, SmallInternet } from "./support/small-internet.ts";

const domain = "hub.example.com";
const secret = "the-secret-of-a-container";
const patienceMs = 120_000;

describe("The containers of apps", { skip: noInternetBecause }, () => {
  const internet = new SmallInternet("apps-test");
  let id = "";
  let url = "";
  before(() =>
    internet.start({
      images: [
        { reference: "docker.io/apache/superset:4.1.1", plays: "superset" },
        { reference: "registry.digitalocean.com/fin-workspace/mcp-coordinator:1", plays: "mcp" },
      ],
      apps: [{ app: "pulse-hub-web", plays: "mcp" }],
    }),
  );
  after(() => internet.stop());

  const spec = (tag: string, more: object = {}, beside: object = {}) => ({
    name: "hub",
    services: [
      {
        name: "web",
        image: { registry_type: "DOCR", repository: "mcp-coordinator", tag },
        http_port: 3000,
        health_check: { http_path: "/api/health" },
        envs: [{ key: "NEXTAUTH_SECRET", value: secret, type: "SECRET", scope: "RUN_TIME" }],
        ...more,
      },
    ],
    domains: [{ domain, type: "PRIMARY" }],
    ...beside,
  });
  const deployments = async (): Promise<Json[]> =>
    (await internet.api("GET", `/apps/${id}/deployments`)).body.deployments;
  /** The deployment that was begun last, when it is over. */
  async function deployed(): Promise<Json> {
    let last: Json;
    await until(
      async () => {
        [last] = await deployments();
        return ["ACTIVE", "ERROR"].includes(last.phase);
      },
      () => `the deployment stays ${JSON.stringify(last)}`,
      patienceMs,
    );
    return last;
  }
  /** What becomes of a new specification, and why where it fails. */
  async function deploy(wanted: object): Promise<{ phase: string; code: string; message: string }> {
    const answer = await internet.api("PUT", `/apps/${id}`, { spec: wanted });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const { phase, progress } = await deployed();
    const { reason = { code: "", message: "" } } = progress.steps.find(({ reason }: Json) => reason) ?? {};
    return { phase, ...reason };
  }
  const health = (address = url) => internet.get(`${address}/api/health`);
  /** Waits until a release serves: what was live before answers what it has begun. */
  const serves = (release: string) =>
    until(
      async () => (await health()).release === release,
      () => `${release} does not serve`,
    );
  const environment = (pid: number) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    } catch {
      return []; // It has just ended.
    }
  };
  /** Processes in containers of the app: their variables are its own. */
  const processes = () =>
    findMarked(internet.mark)
      .map(({ pid }) => pid)
      .filter((pid) => environment(pid).includes(`NEXTAUTH_SECRET=${secret}`));
  /** The process of the app, once what served before has come to its end. */
  async function onlyProcess(): Promise<number> {
    await until(
      () => processes().length === 1,
      () => `the app's processes are ${processes().join(", ")}`,
      patienceMs,
    );
    return processes()[0] ?? assert.fail("it has just ended");
  }
  const cables = async () => {
    const { stdout } = await execa("ip", ["-netns", internet.namespace, "-brief", "link"]);
    return stdout.split("\n").filter((line) => line.startsWith("app")).length;
  };

  test("an adopted app runs its image, and one that the vendor builds its stand-in", async () => {
    const superset = await internet.get("https://superset-nlavf.ondigitalocean.app/health");
    assert.deepEqual(superset, { status: 200, text: "OK", release: "4.1.1" });
    const hub = await internet.get("https://pulse-hub-web-an645.ondigitalocean.app/api/health");
    assert.equal(hub.text.trim(), '{"status":"healthy"}');
  });

  test("a new app runs the image from the account's registry, under its own domain too", async () => {
    const made = await internet.api("POST", "/apps", { spec: spec("1") });
    ({ id } = made.body.app);
    assert.equal((await deployed()).phase, "ACTIVE");
    const { app } = (await internet.api("GET", `/apps/${id}`)).body;
    url = app.default_ingress;
    assert.match(url, /^https:\/\/hub-[a-z0-9]+\.ondigitalocean\.app$/);
    assert.deepEqual(await health(), { status: 200, text: '{"status":"healthy"}\n', release: "1" });
    await internet.api("POST", "/domains", { name: "example.com" });
    const record = { type: "CNAME", name: "hub", data: `${new URL(url).host}.`, ttl: 60 };
    assert.equal((await internet.api("POST", "/domains/example.com/records", record)).status, 201);
    assert.equal((await health(`https://${domain}`)).release, "1");
  });

  test("it has a network, processes and files of its own, and its secrets in its environment only", async () => {
    const pid = await onlyProcess();
    for (const kind of ["net", "pid", "mnt", "ipc", "uts"]) {
      const own = readlinkSync(`/proc/${pid}/ns/${kind}`);
      assert.notEqual(own, readlinkSync(`/proc/self/ns/${kind}`), kind);
    }
    assert.ok(readdirSync(`/proc/${pid}/root/usr/bin`).includes("mcp"));
    assert.ok(!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(secret));
    const found = await execa("grep", ["--recursive", "--files-with-matches", secret, internet.folder], {
      reject: false,
    });
    // Files come and go meanwhile; all others were read.
    const unread = found.stderr.split("\n").filter((line) => !/^$|: No such file or directory$/.test(line));
    assert.deepEqual([found.stdout, unread], ["", []]);
  });

  test("a new release takes over when it is healthy, and nobody meets a gap", async () => {
    const before = await onlyProcess();
    let isOver = false;
    const failed: string[] = [];
    const visits = (async () => {
      for (; !isOver; await pause(20)) {
        const { status, text } = await health();
        if (status !== 200) failed.push(`${status} ${text}`);
      }
    })();
    const { phase, message } = await deploy(spec("1-next"));
    assert.equal(phase, "ACTIVE", message);
    await serves("1-next");
    isOver = true;
    await visits;
    assert.deepEqual(failed, []);
    await until(
      () => !processes().includes(before),
      () => "the old one still runs",
      patienceMs,
    );
  });

  test("one that ends, has no image or never becomes healthy fails with the reason, and the old one serves", async () => {
    const running = await onlyProcess();
    const broken = await deploy(spec("1-broken"));
    assert.equal(broken.phase, "ERROR");
    assert.equal(broken.code, "DeployContainerExitNonZero");
    assert.match(broken.message, /component web did not become healthy: it ended with status 1/);
    const missing = await deploy(spec("2"));
    assert.equal(missing.phase, "ERROR");
    assert.match(
      missing.message,
      /fin-workspace\/mcp-coordinator:2 could not be fetched: .*manifest unknown/,
    );
    const sick = await deploy(spec("1", { health_check: { http_path: "/nowhere" } }));
    assert.equal(sick.phase, "ERROR");
    assert.equal(sick.code, "DeployContainerHealthChecksFailed");
    assert.equal((await health()).release, "1-next");
    assert.deepEqual(processes(), [running]);
  });

  test("a rollback switches back, pins the app, and is committed", async () => {
    const [first] = (await deployments()).reverse();
    const begun = await internet.api("POST", `/apps/${id}/rollback`, { deployment_id: first.id });
    assert.equal(begun.status, 200, JSON.stringify(begun.body));
    assert.equal((await deployed()).phase, "ACTIVE");
    await serves("1");
    assert.equal((await internet.api("PUT", `/apps/${id}`, { spec: spec("1-next") })).status, 409);
    assert.equal((await internet.api("POST", `/apps/${id}/rollback/commit`)).status, 200);
    assert.equal((await deploy(spec("1-next"))).phase, "ACTIVE");
    await serves("1-next");
  });

  test("a job before the deployment runs first: one that fails is the deployment's end", async () => {
    const image = { registry_type: "DOCKER_HUB", registry: "apache", repository: "superset", tag: "4.1.1" };
    const { superset } = catalogue;
    assert.ok(superset?.kind === "app");
    const run_command = superset.beforeDeployment;
    const jobs = (value: string) => {
      const envs = [{ key: "SQLALCHEMY_DATABASE_URI", value, type: "SECRET", scope: "RUN_TIME" }];
      return { jobs: [{ name: "before-deployment", kind: "PRE_DEPLOY", image, run_command, envs }] };
    };
    const log = () => readFileSync(join(internet.files.apps, "hub-before-deployment.log"), "utf8");
    const running = await onlyProcess();
    // Nobody listens there.
    const failed = await deploy(spec("1", {}, jobs("postgresql+psycopg2://one:hidden@127.0.0.1:1/postgres")));
    assert.equal(failed.phase, "ERROR");
    assert.equal(failed.code, "DeployPreDeployJobFailed");
    assert.equal(failed.message, "the job before-deployment ended with status 1");
    assert.match(log(), /migration: .*refused/);
    assert.doesNotMatch(log(), /hidden/);
    assert.equal((await health()).release, "1-next");
    assert.deepEqual(processes(), [running]);
    assert.equal((await deploy(spec("1", {}, jobs("no address")))).phase, "ACTIVE");
    await serves("1");
    assert.match(log(), /there is no database to migrate/);
  });

  test("one that died is started again for whoever asks next", async () => {
    const pid = await onlyProcess();
    process.kill(pid, "SIGKILL");
    // The very first may still meet the dead one.
    await until(
      async () => (await health()).status === 200,
      () => "it did not start again",
    );
    assert.ok(!processes().includes(pid));
  });

  test("an internet that was killed leaves containers behind, and the next start ends them", async () => {
    const left = await onlyProcess();
    await internet.endInternet("SIGKILL");
    assert.deepEqual(processes(), [left]);
    await internet.startInternet();
    await until(
      async () => (await health()).status === 200,
      () => "the app is not there again",
      patienceMs,
    );
    assert.ok(!processes().includes(left));
  });

  test("an app that is deleted ends, though it does not listen, and with the internet all do", async () => {
    process.kill(await onlyProcess(), "SIGSTOP");
    await internet.api("DELETE", `/apps/${id}`);
    await until(
      () => processes().length === 0,
      () => "it still runs",
      patienceMs,
    );
    await internet.endInternet("SIGTERM");
    assert.deepEqual(findMarked(internet.mark), []);
    await until(
      async () => (await cables()) === 0,
      () => "cables are left",
    );
    const mounts = readFileSync("/proc/self/mountinfo", "utf8");
    assert.ok(!mounts.includes(internet.folder), "mounts are left");
  });
});
