import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { execa } from "execa";
import type { HostBundle } from "../../host/bundle.ts";
import type { Release } from "../../operations/releases/release.ts";
import { statePaths } from "../../sandbox/engine/paths.ts";
import { visiting } from "../../sandbox/world/inside.ts";
import type { Json } from "../cloud/support.ts";
import { waitFor } from "../support/wait-for.ts";
import { ask } from "./account.ts";
import { SignOn } from "./sign-on.ts";
import { PlatformStack } from "./stack.ts";
import { Platform, type Said, skip, told } from "./support.ts";
import { assertNoneFailed, type Site, sites, type Visited, whileVisiting } from "./visitors.ts";

const root = resolve(import.meta.dirname, "../..");
/** How long hosts may take, and everything with health, state and record. */
const [hostsSeconds, wholeSeconds] = [60, 300];
const addonsPath = "odoo.addons.commit";

const superset = { name: "superset", asked: [{ url: "https://superset.insightpulseai.net/health" }] };

/** Two releases of production, and the way back between them, while everybody goes on working. */
describe("a rollback of production", { skip, concurrency: false }, () => {
  let platform: Platform;
  let stack: PlatformStack;
  let everything: Site[];
  /** A settings file of this test's own: the platform's stays what it is for the other tests. */
  let settings: string;
  /** Superset as it was found: left alone by the stack, and deployed by its owner. */
  let app: Json;
  before(async () => {
    platform = await Platform.shared();
    stack = await PlatformStack.of(platform);
    const person = new SignOn(platform);
    await person.signIn("https://n8n.insightpulseai.net/", "allowed@insightpulseai.com");
    const { n8n, ...open } = sites;
    everything = [...Object.values(open), { ...n8n, cookie: person.cookieHeader }, superset];
    app = await supersetApp();
    settings = stack.settings({});
  });
  after(async () => {
    // Whatever became of it, the others find the platform as it was.
    if (stack !== undefined) await told(stack.up());
    if (app !== undefined) await deployApp("");
    await platform?.close();
  });

  /** Runs any command as an operator, on a computer in the sandbox's network, with the test's own settings. */
  const operate = (...words: string[]): Promise<Said> =>
    platform.operate(
      ...visiting({ state: statePaths(platform.folder) }, [
        ...["env", `OPS_KNOWN_HOSTS=${join(platform.folder, "known-hosts")}`],
        ...[`PULUMI_OPTION_CONFIG_FILE=${settings}`, ...words],
      ]),
    );
  const ops = (...words: string[]) => operate(join(root, "scripts/ops"), ...words);

  const pinned = (file: string, path: string) =>
    told(operate("pulumi", "config", "get", "--stack", "prod", "--config-file", file, "--path", path));
  const head = () => told(platform.inside("erp", "git", "-C", "/opt/odoo", "rev-parse", "HEAD"));

  /** Delivers the settings as a person does who has read the review, and gives the release. */
  async function deliver(edits: Readonly<Record<string, string>>): Promise<Release> {
    for (const [path, value] of Object.entries(edits))
      await told(operate("pulumi", "config", "set", "--stack", "prod", "--path", path, value));
    const { digest } = JSON.parse(await told(ops("review", "prod", "--json")));
    const said = await ops("deliver", "prod", "--reviewed", digest, "--health-within", "3", "--json");
    assert.equal(said.exitCode, 0, said.text);
    return newest();
  }

  async function newest(): Promise<Release> {
    const { environments } = JSON.parse(await told(ops("releases", "prod", "--json")));
    return environments[0].releases[0];
  }

  /** Visits everything during some work; nothing may fail. */
  async function visitedDuring(work: () => Promise<Said>) {
    let said: Said | undefined;
    const visited = await whileVisiting(platform, everything, async () => {
      said = await work();
    });
    assertNoneFailed(visited);
    assert.ok(said);
    return { visited, said };
  }

  async function supersetApp(): Promise<Json> {
    const { apps } = await ask(platform, "GET", "/apps");
    return apps.find(({ spec }: Json) => spec.name === "superset") ?? assert.fail("there is no superset");
  }

  /** Has Superset's owner deploy another release of its image, past the stack, and gives the deployment. */
  async function deployApp(suffix: string): Promise<string> {
    const spec = structuredClone(app.spec);
    spec.services[0].image.tag += suffix;
    await ask(platform, "PUT", `/apps/${app.id}`, { spec });
    const [begun] = (await ask(platform, "GET", `/apps/${app.id}/deployments`)).deployments;
    const active = async () => (await supersetApp()).active_deployment?.id === begun.id;
    await waitFor(active, `superset${suffix} to serve`, 120);
    return begun.id;
  }

  test("images, addons and an app go back under load with no request failed, and the next preview changes nothing", async (context) => {
    const before = await pinned(settings, addonsPath);
    const { tag } = await imageOf("odoo");
    const first = await deliver(await imagePins("mattermost", "-next"));
    assert.equal(first.deployments["app-superset-app"], app.active_deployment.id);
    const appNext = await deployApp("-next");
    const second = await deliver({
      ...(await imagePins("odoo", "-next")),
      ...{ [addonsPath]: await commitMore(before), "odoo.updates[0]": "sandbox_stand_in" },
    });
    assert.deepEqual(
      [first.result, second.result, second.odooUpdates],
      ["healthy", "healthy", ["sandbox_stand_in"]],
    );

    assert.equal(second.deployments["app-superset-app"], appNext);

    const planned = await ops("rollback", "--dry-run");
    assert.equal(planned.exitCode, 0, planned.text);
    assert.match(planned.stdout, new RegExp(`erp +odoo +\\S+:${tag}-next -> \\S+:${tag}$`, "m"));
    assert.match(planned.stdout, new RegExp(`erp +/opt/odoo +[0-9a-f]{40} -> ${before}$`, "m"));
    assert.match(planned.stdout, /ocr +is as it was then/);
    assert.doesNotMatch(planned.stdout, / also /);
    assert.match(planned.stdout, /Odoo's tables were changed by updates of sandbox_stand_in at /);
    assert.equal(await head(), second.addonsCommit);

    const began = performance.now();
    const back = await visitedDuring(() => ops("rollback", "--yes", "--health-within", "3"));
    const whole = (performance.now() - began) / 1000;
    assert.equal(back.said.exitCode, 0, back.said.text);
    const release = await newest();
    const { hosts, apps } = release.rollback?.seconds ?? {};
    assert.ok(hosts !== undefined && apps !== undefined, "nobody measured it");
    const all = Object.values(back.visited).reduce(
      (sum, { answered, messages }) => sum + answered + messages,
      0,
    );
    context.diagnostic(
      `rollback of everything: hosts ${hosts} s, app ${apps} s, all of it ${whole.toFixed(1)} s; ${all} answers and messages, none failed`,
    );
    assert.ok(hosts < hostsSeconds, `the hosts took ${hosts} s`);
    assert.ok(whole < wholeSeconds, `all of it took ${whole} s`);
    assertReleases(back.visited.odoo, `${tag}-next`, tag);
    const { tag: appTag } = app.spec.services[0].image;
    assertReleases(back.visited.superset, `${appTag}-next`, appTag);
    const served = await supersetApp();
    assert.equal(served.pinned_deployment, undefined);
    assert.deepEqual(served.spec, app.spec);
    // What it goes back to is still here.
    assert.doesNotMatch(back.said.text, /fetching/);

    assert.equal(await head(), before);
    assert.deepEqual([release.result, release.rollback?.to], ["healthy", first.name]);
    assert.equal(await pinned(settings, addonsPath), before);
    // Only what the second release changed has gone back.
    assert.match(await pinned(settings, "services.mattermost.image.tag"), /-next$/);
    const preview = ["preview", "--expect-no-changes", "--config-file", settings];
    await told(stack.pulumi(...preview));
    for (const host of ["erp", "ocr"])
      assert.equal(
        await told(platform.inside(host, "converge", "check")),
        "everything is as the bundle says",
      );

    const again = await ops("rollback", "--yes");
    assert.match(await told(again), new RegExp(`runs what the release ${first.name} ran`));
  });

  test("a host that does not come up keeps what it ran, what is left is said, and the same command goes on", async () => {
    const good = await newest();
    const bad = await deliver(await imagePins("odoo", "-next"));
    const broken = ["systemctl", "mask", "--runtime", "odoo-next.service"];
    await told(platform.inside("erp", ...broken));
    try {
      const said = await ops("rollback", "host", "prod", "--yes", "--to", good.name);
      assert.equal(said.exitCode, 1, said.text);
      assert.match(
        said.text,
        /prod is not back yet\.\n {2}done: \S+\n {2}left: erp: pulumi up ended with exit code/,
      );
      assert.equal((await newest()).result, "failed");
      await told(platform.curl("--fail", "https://erp.insightpulseai.net/web/health"));
    } finally {
      await told(platform.inside("erp", "systemctl", "unmask", "--runtime", "odoo-next.service"));
    }
    const said = await ops("rollback", "host", "prod", "--yes", "--health-within", "3");
    assert.equal(said.exitCode, 0, said.text);
    const { result, rollback } = await newest();
    assert.deepEqual([result, rollback?.from, rollback?.to], ["healthy", bad.name, good.name]);
  });

  /** The image that runs, in its parts. */
  async function imageOf(service: string) {
    const { bundle } = await stack.host("erp");
    const unit = (bundle as HostBundle).units.find(({ name }) => name === `${service}.service`);
    const reference = unit?.image?.reference ?? assert.fail(service);
    const [, registry = "", repository = "", tag = ""] =
      /^docker\.io\/([^/]+)\/([^:]+):(.+?)(-next)?$/.exec(reference) ?? assert.fail(reference);
    return { registry, repository, tag };
  }

  /** Settings that pin another release of a service's stand-in. */
  async function imagePins(service: string, suffix: string): Promise<Record<string, string>> {
    const { registry, repository, tag } = await imageOf(service);
    return {
      [`services.${service}.image.registryType`]: "DOCKER_HUB",
      ...(registry === "library" ? {} : { [`services.${service}.image.registry`]: registry }),
      [`services.${service}.image.repository`]: repository,
      [`services.${service}.image.tag`]: `${tag}${suffix}`,
    };
  }

  /** Makes a commit on top of the pinned one, in the repository the world has. */
  async function commitMore(pinnedCommit: string): Promise<string> {
    const repository = join(platform.folder, "internet/repositories/odoo-addons.git");
    const content = "# A release that goes back.\n";
    const input = [
      "commit refs/heads/rollback",
      "committer Sandbox <sandbox@stand-in.invalid> 1735693200 +0000",
      "data 5\nNext\n",
      `from ${pinnedCommit}`,
      `M 100644 inline goes_back/__init__.py\ndata ${content.length}\n${content}`,
      "",
    ].join("\n");
    await execa("git", ["--git-dir", repository, "fast-import", "--quiet", "--force"], { input });
    const { stdout } = await execa("git", ["--git-dir", repository, "rev-parse", "refs/heads/rollback"]);
    return stdout;
  }
});

/** Answers came from the release before, then from the one of then, and from no other. */
function assertReleases(visited: Visited | undefined, ...expected: string[]): void {
  assert.deepEqual(Object.keys(visited?.releases ?? {}).sort(), expected.sort());
}
