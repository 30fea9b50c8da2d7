import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { type RunningCloud, startCloud } from "../../sandbox/cloud/run.ts";
import { writeStandIns } from "../../sandbox/providers/install.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const engineFolder = findEngine();
const skip = engineFolder === undefined && "there is no Pulumi engine on PATH or in the sandbox's cache";

/** The folder of an engine that is here already; none is fetched for this test. */
function findEngine(): string | undefined {
  const cache = join(homedir(), ".cache/insightpulse-sandbox");
  const engines = join(cache, "engine");
  const kept = existsSync(engines) ? readdirSync(engines).map((name) => join(engines, name, "bin")) : [];
  const folders = [...(process.env.PATH ?? "").split(delimiter), join(cache, "bin"), ...kept];
  return folders.find(
    (folder) => existsSync(join(folder, "pulumi")) && existsSync(join(folder, "pulumi-language-nodejs")),
  );
}

describe("the real engine with the stand-ins", { skip }, () => {
  let folder: string;
  let cloud: RunningCloud;
  let keys: Record<string, string>;
  let environment: Record<string, string>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "stand-ins-"));
    const state = join(folder, "cloud");
    cloud = await startCloud({
      folder: state,
      seeds: [join(root, "sandbox/seeds/production.json")],
      spaces: false,
    });
    keys = JSON.parse(await readFile(join(state, "cloud.json"), "utf8")) as Record<string, string>;
    await cp(join(root, "tests/providers/program"), join(folder, "program"), { recursive: true });
    await symlink(join(root, "node_modules"), join(folder, "program/node_modules"));
    environment = {
      PATH: [engineFolder, dirname(process.execPath), process.env.PATH].join(delimiter),
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "stand-ins",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      DIGITALOCEAN_TOKEN: keys.token ?? "",
      DIGITALOCEAN_API_URL: keys.apiUrl ?? "",
      DIGITALOCEAN_HTTP_RETRY_MAX: "0",
    };
    for (const { name, version, path } of await writeStandIns(join(folder, "stand-ins"), process.execPath)) {
      await pulumi("plugin", "install", "resource", name, `v${version}`, "-f", path);
    }
    await pulumi("stack", "init", "dev");
    await pulumi("config", "set", "size", "s-1vcpu-1gb");
    await pulumi("config", "set", "--secret", "token", "sample-token-one");
  });
  after(async () => {
    await cloud?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const pulumi = async (...words: string[]): Promise<string> => {
    const { all } = await execa("pulumi", [...words, "--non-interactive"], {
      cwd: join(folder, "program"),
      env: environment,
      all: true,
    });
    return all;
  };
  const ask = async (path: string) => {
    const answer = await fetch(`${keys.apiUrl}${path}`, {
      headers: { authorization: `Bearer ${keys.token}` },
    });
    return { status: answer.status, body: JSON.parse((await answer.text()) || "{}") };
  };
  const output = async (name: string): Promise<string> => (await pulumi("stack", "output", name)).trim();

  test("creates, and imports what is there although it differs, in one go", async () => {
    const told = await pulumi("up", "--yes", "--skip-preview");
    assert.match(told, /= 1 imported/);
    assert.match(told, /~ 1 updated/);
    assert.equal(await output("fqdn"), "host.stand-ins.example");
    const { body } = await ask("/v2/droplets/527891549");
    assert.deepEqual(body.droplet.tags, ["adopted"]);
  });

  test("shows nothing to change afterwards", async () => {
    await pulumi("preview", "--expect-no-changes");
  });

  test("stores the sealed secret on a refresh, so that the app, and nothing else, is deployed again", async () => {
    await assert.rejects(pulumi("refresh", "--preview-only", "--expect-no-changes"), /~ 1 to update/);
    assert.match(await pulumi("refresh", "--yes", "--skip-preview"), /~ 1 updated/);
    await pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    assert.match(await pulumi("preview", "--diff"), /~ 1 to update/);
    assert.match(await pulumi("up", "--yes", "--skip-preview"), /~ 1 updated/);
    await pulumi("preview", "--expect-no-changes");
  });

  test("resizes a droplet in place and deploys a changed secret, which stays out of the state", async () => {
    await pulumi("config", "set", "size", "s-2vcpu-4gb");
    await pulumi("config", "set", "--secret", "token", "sample-token-two");
    const told = await pulumi("up", "--yes", "--skip-preview");
    assert.match(told, /~ 2 updated/);
    const { body } = await ask(`/v2/apps/${await output("appId")}`);
    assert.match(body.app.spec.services[0].envs[0].value, /^EV\[1:/);
    const state = await pulumi("stack", "export");
    assert.doesNotMatch(state, /sample-token|BEGIN OPENSSH/);
    await pulumi("preview", "--expect-no-changes");
  });

  test("finds drift on refresh", async () => {
    const { body } = await ask("/v2/domains/stand-ins.example/records?type=A");
    const [{ id }] = body.domain_records;
    await fetch(`${keys.apiUrl}/v2/domains/stand-ins.example/records/${id}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${keys.token}` },
    });
    assert.match(await pulumi("refresh", "--yes", "--skip-preview"), /- 1 deleted/);
    assert.match(await pulumi("up", "--yes", "--skip-preview"), /\+ 1 created/);
  });

  test("leaves nothing behind but what it must keep", async () => {
    const appId = await output("appId");
    await pulumi("destroy", "--yes", "--skip-preview");
    assert.equal((await ask(`/v2/apps/${appId}`)).status, 404);
    assert.equal((await ask("/v2/domains/stand-ins.example")).status, 404);
    assert.equal((await ask("/v2/droplets/527891549")).status, 200);
  });
});
