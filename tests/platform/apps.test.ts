import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Json } from "../cloud/support.ts";
import { waitFor } from "../support/wait-for.ts";
import { ask } from "./account.ts";
import { type Loaded, whileAsking } from "./load.ts";
import { PlatformStack } from "./stack.ts";
import { Platform, skip, told } from "./support.ts";

const url = "https://superset.insightpulseai.net/health";

describe("an app of App Platform under its own name", { skip }, () => {
  let platform: Platform;
  let path: string;
  let original: Json;
  before(async () => {
    platform = await Platform.shared();
    const { apps } = await ask(platform, "GET", "/apps");
    original = apps.find(({ spec }: Json) => spec.name === "superset") ?? assert.fail("there is no superset");
    path = `/apps/${original.id}`;
  });
  after(() => platform?.close());

  /** The app's specification with another release of its image, secrets as the vendor shows them. */
  const release = (suffix: string): Json => {
    const spec = structuredClone(original.spec);
    spec.services[0].image.tag += suffix;
    return spec;
  };
  /** Waits until what was begun last is over. */
  async function deployed(): Promise<Json> {
    let last: Json;
    const isOver = async () => {
      [last] = (await ask(platform, "GET", `${path}/deployments`)).deployments;
      return last.phase === "ACTIVE" || last.phase === "ERROR";
    };
    await waitFor(isOver, "the deployment to be over", 120);
    return last;
  }
  const serving = async () =>
    /x-stand-in-release: (?<name>\S+)/i.exec(await told(platform.curl("--include", url)));
  const serves = (suffix: string) =>
    waitFor(
      async () => (await serving())?.groups?.name === `${original.spec.services[0].image.tag}${suffix}`,
      `the release ${suffix || "of before"} to serve`,
      60,
    );

  test("is deployed and rolled back while it is asked, and no request fails", async (context) => {
    const before = original.active_deployment.id;
    const loaded = await whileAsking(platform, [url], async () => {
      await ask(platform, "PUT", path, { spec: release("-next") });
      assert.equal((await deployed()).phase, "ACTIVE");
      await serves("-next");
      const began = performance.now();
      await ask(platform, "POST", `${path}/rollback`, { deployment_id: before });
      assert.equal((await deployed()).phase, "ACTIVE");
      await serves("");
      context.diagnostic(`rolled back after ${((performance.now() - began) / 1000).toFixed(1)} s`);
    });
    context.diagnostic(`${answered(loaded)} requests, none failed`);
    await ask(platform, "POST", `${path}/rollback/commit`);
  });

  test("goes on serving while a broken release fails, which says why", async (context) => {
    const loaded = await whileAsking(platform, [url], async () => {
      await ask(platform, "PUT", path, { spec: release("-broken") });
      const { phase, progress } = await deployed();
      assert.equal(phase, "ERROR");
      const { reason } = progress.steps.find((step: Json) => step.reason) ?? assert.fail("no reason");
      assert.match(reason.message, /did not become healthy: it ended with status 1/);
    });
    context.diagnostic(`${answered(loaded)} requests, none failed`);
    await ask(platform, "PUT", path, { spec: original.spec });
    assert.equal((await deployed()).phase, "ACTIVE");
    await serves("");
  });

  test("is to the stack what it was", async () => {
    const stack = await PlatformStack.of(platform);
    const { exitCode, text } = await stack.drift();
    assert.equal(exitCode, 0, text);
  });
});

/** How many requests were answered; fails when one was not. The work may be so quick that they are few. */
function answered({ [url]: { asked, failed } = { asked: 0, failed: [] } }: Record<string, Loaded>): number {
  assert.deepEqual(failed, []);
  assert.ok(asked > 0, "nothing was asked");
  return asked;
}
