import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { HostBundle, Unit } from "../../host/bundle.ts";
import { SignOn } from "./sign-on.ts";
import { PlatformStack } from "./stack.ts";
import { Platform, type Said, skip, told } from "./support.ts";
import { assertNoneFailed, type Site, sites, type Visited, whileVisiting } from "./visitors.ts";

const rollbackSeconds = 60;

/** Every service of production's hosts, and whether two of it may run at once. */
const services = [
  { service: "odoo", host: "erp", standsIn: true },
  { service: "mattermost", host: "erp", standsIn: true },
  { service: "n8n", host: "erp", standsIn: false },
  { service: "ocr", host: "ocr", standsIn: true },
] as const;

describe("a release of a service on a host", { skip, concurrency: false }, () => {
  let platform: Platform;
  let stack: PlatformStack;
  let everything: Site[];
  before(async () => {
    platform = await Platform.shared();
    stack = await PlatformStack.of(platform);
    const person = new SignOn(platform);
    await person.signIn("https://n8n.insightpulseai.net/", "allowed@insightpulseai.com");
    // n8n's own pages, and the websocket behind them, are for who has signed in.
    const { n8n, ...open } = sites;
    everything = [...Object.values(open), { ...n8n, cookie: person.cookieHeader }];
  });
  after(() => platform?.close());

  const unitOf = ({ units }: HostBundle, service: string): Unit =>
    units.find(({ name }) => name === `${service}.service`) ?? assert.fail(service);
  const apply = (host: string, bundle: unknown) =>
    platform.insideWith(JSON.stringify(bundle), host, "converge", "apply");
  const current = async (host: string) => (await stack.host(host)).bundle as HostBundle;

  /** The same bundle with another release of a service. */
  function withRelease(bundle: HostBundle, service: string, suffix: string): HostBundle {
    const { reference } = unitOf(bundle, service).image ?? assert.fail(`${service} has no image`);
    return JSON.parse(JSON.stringify(bundle).replaceAll(reference, `${reference}${suffix}`));
  }

  const invocation = (host: string, service: string) =>
    told(
      platform.inside(host, "systemctl", "show", "--property=InvocationID", "--value", `${service}.service`),
    );

  async function assertNobodyStandsIn(host: string): Promise<void> {
    const units = ["systemctl", "list-units", "--plain", "--no-legend", "*-next.service"];
    assert.equal(await told(platform.inside(host, ...units)), "");
    const led = await told(platform.inside(host, "nft", "list", "ruleset"));
    assert.doesNotMatch(led, /elements = \{ \d+ : \d+/);
    assert.equal(await told(platform.inside(host, "converge", "check")), "everything is as the bundle says");
  }

  /** Visits everything during some work; nothing may fail. Gives the service's visits and how long the work took. */
  async function visitedDuring(service: Site["name"], work: () => Promise<Said>) {
    let seconds = 0;
    let said = "";
    const visited = await whileVisiting(platform, everything, async () => {
      const began = Date.now();
      said = (await work()).text;
      seconds = (Date.now() - began) / 1000;
    });
    assertNoneFailed(visited);
    const its = visited[service] ?? assert.fail(service);
    const all = Object.values(visited).reduce((sum, { answered, messages }) => sum + answered + messages, 0);
    const words =
      `${seconds.toFixed(1)} s; ${all} answers and messages of all services, none failed; ` +
      `its slowest answer ${its.longestMs} ms, ${its.reopened} websockets opened again`;
    return { its, seconds, said, words };
  }

  for (const { service, host, standsIn } of services) {
    test(`${service}: deployed and rolled back under load, and no request and no websocket fails`, async (context) => {
      const bundle = await current(host);
      const [, tag = ""] = /:([^:]+)$/.exec(unitOf(bundle, service).image?.reference ?? "") ?? [];
      const next = withRelease(bundle, service, "-next");
      const deployed = await visitedDuring(service, async () => succeeded(await apply(host, next)));
      context.diagnostic(`deploy of ${service}: ${deployed.words}`);
      assertReleases(deployed.its, tag, `${tag}-next`);
      await assertNobodyStandsIn(host);
      const back = await visitedDuring(service, async () =>
        succeeded(await platform.inside(host, "converge", "rollback")),
      );
      context.diagnostic(`rollback of ${service}: ${back.words}`);
      assertReleases(back.its, `${tag}-next`, tag);
      assert.ok(back.seconds < rollbackSeconds, `the rollback took ${back.seconds} s`);
      // What it goes back to is still here.
      assert.doesNotMatch(back.said, /fetching/);
      await assertNobodyStandsIn(host);
    });

    test(`${service}: a release that does not come up leaves the one before serving, and says why`, async (context) => {
      const bundle = await current(host);
      const running = await invocation(host, service);
      const failed = await visitedDuring(service, () => apply(host, withRelease(bundle, service, "-broken")));
      context.diagnostic(`refused in ${failed.words}`);
      assert.match(failed.said, /release \S+-broken is broken, as it was made to be/);
      assert.match(failed.said, /the configuration from before is back in place/);
      assert.equal(Object.keys(failed.its.releases).length, 1, JSON.stringify(failed.its.releases));
      if (standsIn) {
        assert.match(failed.said, new RegExp(`${service}\\.service stays what it is`));
        assert.equal(await invocation(host, service), running);
      }
      assert.match(await told(apply(host, bundle)), /^nothing to change/);
      await assertNobodyStandsIn(host);
    });
  }

  test("one that runs and never is well is given up, and the one before was not touched", async () => {
    const bundle = await current("erp");
    const running = await invocation("erp", "odoo");
    const next = withRelease(bundle, "odoo", "-next");
    const units = next.units.map((unit) => {
      const { takeover } = unit;
      if (unit.name !== "odoo.service" || takeover?.beside === undefined) return unit;
      // Time enough to be up on a slow computer: what is refused is its answer.
      const health = { ...takeover.beside.health, body: "what it never says", timeoutSeconds: 10 };
      return { ...unit, takeover: { ...takeover, beside: { ...takeover.beside, health } } };
    });
    const failed = await visitedDuring("odoo", () => apply("erp", { ...next, units }));
    assert.match(failed.said, /not the body that proves who answered, 10 s after its start/);
    assert.equal(await invocation("erp", "odoo"), running);
    assert.match(await told(apply("erp", bundle)), /^nothing to change/);
    await assertNobodyStandsIn("erp");
  });

  test("a run that is killed while the new release stands in: the next one converges, and no request fails", async () => {
    const bundle = await current("erp");
    const next = withRelease(bundle, "odoo", "-next");
    const killed = await visitedDuring("odoo", async () => {
      const leading =
        "until nft list map inet insightpulse_takeovers led 2>/dev/null | grep -q '8069 :'; do sleep 0.05; done";
      // What it starts has its name for a moment too, until it is another program.
      const converge = "pgrep --oldest --full '^python3 -m converge'";
      const kill = `timeout 240 sh -c "${leading}" && kill -KILL "$(${converge})"`;
      const [said] = await Promise.all([apply("erp", next), told(platform.inside("erp", "sh", "-c", kill))]);
      assert.notEqual(said.exitCode, 0);
      const found = await platform.inside("erp", "converge", "check");
      assert.match(found.text, /odoo-next\.service: left running by a run that did not end/);
      return succeeded(await apply("erp", bundle));
    });
    assert.match(killed.said, /odoo-next\.service was left standing in for odoo\.service/);
    await assertNobodyStandsIn("erp");
    assert.match(await told(apply("erp", bundle)), /^nothing to change/);
  });

  test("by `up`: an edit of the image's tag deploys it, and going back to the settings before rolls it back", async (context) => {
    const tag = "18.0-20260421-next";
    const image = { registryType: "DOCKER_HUB", repository: "odoo", tag };
    const deployed = await visitedDuring("odoo", async () =>
      succeeded(await stack.up({ "services.odoo.image": image })),
    );
    context.diagnostic(`up with a new release: ${deployed.words}`);
    assert.ok((deployed.its.releases[tag] ?? 0) > 0);
    const back = await visitedDuring("odoo", async () => succeeded(await stack.up()));
    context.diagnostic(`up with the one before: ${back.words}`);
    assert.equal((await stack.drift()).exitCode, 0);
  });

  test("one of Odoo that changes tables: requests wait while it is updated, and come back to the old one when that fails", async (context) => {
    const image = { registryType: "DOCKER_HUB", repository: "odoo", tag: "18.0-20260421-next" };
    const update = { "services.odoo.image": image, "odoo.updates": ["sandbox_stand_in"] };
    const failed = await visitedDuring("odoo", () =>
      stack.up({ ...update, "odoo.updates": ["sandbox_stand_in_broken"] }),
    );
    context.diagnostic(`an update that fails: ${failed.words}`);
    assert.match(failed.said, /update of sandbox_stand_in_broken failed, as it was made to/);
    assert.match(failed.said, /the configuration from before is back in place/);
    const updated = await visitedDuring("odoo", async () => succeeded(await stack.up(update)));
    context.diagnostic(`up with an update: ${updated.words}`);
    assert.ok((updated.its.releases[image.tag] ?? 0) > 0);
    const before = await odooUpdates();
    assert.ok(before.updated > 0);
    // The same settings again update nothing, and going back needs no pause: the one before stands in meanwhile.
    assert.match(await told(stack.up(update)), /Resources:\n\s+\d+ unchanged/);
    const back = await visitedDuring("odoo", async () => succeeded(await stack.up()));
    context.diagnostic(`up with the one before: ${back.words}`);
    assert.deepEqual(await odooUpdates(), { updated: before.updated, stoodIn: before.stoodIn + 1 });
  });

  /** How often Odoo's tables have been updated, and how often another one of it stood in for it. */
  async function odooUpdates(): Promise<{ updated: number; stoodIn: number }> {
    const count = async (unit: string, line: string): Promise<number> => {
      const script = `journalctl --sync; journalctl --unit "$1" --output cat | grep --count -- "$2" || true`;
      return Number(await told(platform.inside("erp", "sh", "-c", script, "sh", unit, line)));
    };
    return {
      updated: await count("odoo-update.service", "stand-in for odoo has updated sandbox_stand_in$"),
      stoodIn: await count("odoo-next.service", "^Started odoo-next"),
    };
  }

  test("the last releases' images are kept, whatever else is tidied up", async () => {
    const bundle = await current("erp");
    await told(apply("erp", withRelease(bundle, "odoo", "-next")));
    await told(apply("erp", bundle));
    const images = async () =>
      told(platform.inside("erp", "podman", "images", "--format", "{{.Repository}}:{{.Tag}}"));
    await told(platform.inside("erp", "systemctl", "start", "prune-images.service"));
    const kept = (await images()).split("\n").filter((name) => name.includes("/odoo:"));
    assert.deepEqual(kept.sort(), [
      "docker.io/library/odoo:18.0-20260421",
      "docker.io/library/odoo:18.0-20260421-next",
    ]);
  });
});

function succeeded(said: Said): Said {
  assert.equal(said.exitCode, 0, said.text);
  return said;
}

/** Answers came from the release before, then from the new one, and from no other. */
function assertReleases({ releases }: Visited, ...expected: string[]): void {
  assert.deepEqual(Object.keys(releases).sort(), expected.sort());
}
