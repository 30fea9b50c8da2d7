import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { Release } from "../../operations/releases/release.ts";
import { TestRunner } from "../support/delivery/runner.ts";
import { EngineShell } from "../support/engine-shell.ts";
import { lasting, TestSandbox } from "../support/sandbox.ts";
import { nameOf, resourcesOf } from "../support/state.ts";

/** The workflows' own steps, with a sandbox in place of the cloud; tests/support/delivery/workflow.ts says how. */
const sandbox = new TestSandbox();
let runner: TestRunner;
let engine: EngineShell;
before(async () => {
  await sandbox.run("up", "staging");
  runner = await TestRunner.start(sandbox);
  engine = await EngineShell.of(sandbox, "staging");
});
after(async () => {
  runner?.stop();
  await sandbox.remove();
});

const catalogue = "config/catalogue.ts";
const inPicture = (text: string) => text.match(/sha256:[0-9a-f]{64}/)?.[0] ?? assert.fail(text);
let image = "4.1.1";

/** A commit that gives Superset another image. */
function changeImage(to: string): string {
  runner.checkout.replace(
    catalogue,
    `repository: "superset", tag: "${image}"`,
    `repository: "superset", tag: "${to}"`,
  );
  image = to;
  return runner.checkout.commit(`superset ${to}`);
}

async function releases(): Promise<Release[]> {
  const { exitCode, stdout, printed } = await runner.ops("releases", "staging", "--json");
  assert.equal(exitCode, 0, printed);
  return JSON.parse(stdout).environments[0].releases;
}

const cloud = async () => lasting(await sandbox.inventory());

suite("before anything was delivered", () => {
  test("what runs is recorded with nothing to change, so that the first release has one to go back to", async () => {
    const { exitCode, printed } = await runner.ops("deliver", "staging");
    assert.equal(exitCode, 0, printed);
    assert.match(printed, /^staging is as the program says: nothing to deliver$/m);
    const [first, ...others] = await releases();
    assert.deepEqual(others, []);
    assert.deepEqual([first?.result, first?.images.superset?.tag], ["healthy", "4.1.1"]);
    assert.ok(first?.stateCopy);
  });
});

suite("from a pull request to a release", () => {
  let digest: string;

  test("a pull request gets one comment: changes by class, policy, cost, a diagram, a picture, the digest", async () => {
    runner.checkout.git("checkout", "--quiet", "-b", "change");
    changeImage("4.1.2");
    const { outcome, printed, environment } = await runner.review();
    assert.equal(outcome, "success", printed);
    assert.equal(environment, "staging-review");
    const [comment, ...others] = runner.github.comments;
    assert.deepEqual(others, []);
    const body = comment?.body ?? "";
    assert.equal(comment?.issue, 7);
    assert.match(body, /^## staging: 1 change$/m);
    assert.match(body, /Rebuildable: 1<[\s\S]*\| changed \| `app-superset-app` \| App \| spec \|/);
    assert.match(body, /\*\*Policy\*\*: every rule holds\./);
    assert.match(body, /\*\*Cost\*\*: \$66\.00 a month by list price, no change against origin\/develop/);
    assert.match(
      body,
      /```mermaid\nflowchart LR\n[\s\S]*app-superset<br>AppService<br>1 changed"\]:::rebuildable/,
    );
    assert.match(body, /\[The whole graph as a picture\]\(https:\/\/github\.example\/picture\)/);
    digest = inPicture(body);
    for (const secret of Object.values(sandbox.secrets("staging"))) assert.ok(!printed.includes(secret));
  });

  test("the next push updates it in its place, and the same change has the same digest", async () => {
    runner.checkout.commit("nothing but a commit");
    const { outcome, printed } = await runner.review();
    assert.equal(outcome, "success", printed);
    assert.match(printed, /comment updated/);
    assert.equal(runner.github.comments.length, 1);
    assert.equal(inPicture(runner.github.comments[0]?.body ?? ""), digest);
  });

  test("what the policy refuses is told in the comment, and has no digest", async () => {
    const branch = runner.checkout.git("rev-parse", "HEAD");
    runner.checkout.replace(
      "index.ts",
      "const { data, rest: guarded } = plan.protection(config);",
      "const [data, guarded] = [{ protect: false }, { protect: false }];",
    );
    runner.checkout.commit("no protection");
    const { outcome, printed } = await runner.review(8);
    assert.equal(outcome, "failure", printed);
    const body = runner.github.comments.find(({ issue }) => issue === 8)?.body ?? "";
    assert.match(body, /^## staging: refused$/m);
    assert.match(body, /\*\*refused\*\* by `data-is-protected`: .*holds data .*and is not protected/);
    assert.doesNotMatch(body, /sha256:/);
    runner.checkout.git("reset", "--quiet", "--hard", branch);
  });

  test("merged, just that is applied; the release is recorded and Slack told", async () => {
    runner.checkout.git("checkout", "--quiet", "develop");
    runner.checkout.git(
      "-c",
      "user.name=m",
      "-c",
      "user.email=m@example.test",
      "merge",
      "--quiet",
      "--no-ff",
      "-m",
      "merge",
      "change",
    );
    const { outcome, printed, environment } = await runner.deliver();
    assert.equal(outcome, "success", printed);
    assert.equal(environment, "staging");
    assert.match(printed, /^1 change, as reviewed by reviewer at /m);
    const [release, ...others] = await releases();
    assert.equal(others.length, 1);
    assert.deepEqual([release?.result, release?.by, release?.changeSet], ["healthy", "reviewer", digest]);
    assert.equal(release?.commit, runner.checkout.git("rev-parse", "HEAD"));
    assert.equal(release?.images.superset?.tag, "4.1.2");
    assert.match(release?.link ?? "", /^https:\/\/github\.example\/owner\/name\/actions\/runs\/\d+$/);
    assert.ok(release?.deployments["app-superset-app"]);
    const [copy] = JSON.parse((await runner.ops("state", "list", "staging", "--json")).stdout).buckets[0]
      .copies;
    assert.equal(release?.stateCopy, copy);
    assert.match(
      runner.slack.messages.at(-1) ?? "",
      /^:white_check_mark: \*deliver staging\*: success \(<.*\|run>\)$/,
    );
    const { stdout } = await runner.ops("releases", "staging");
    assert.match(stdout, /^staging: \d{8}T\d{6}Z since \S+, by reviewer: healthy$/m);
  });

  test("with nothing to change it succeeds, and is no further release", async () => {
    const { outcome, printed } = await runner.deliver();
    assert.equal(outcome, "success", printed);
    assert.match(printed, /staging is as the program says: nothing to deliver/);
    assert.equal((await releases()).length, 2);
  });

  test("a service that is not well afterwards makes the run fail, and is in the record", async () => {
    changeImage("4.1.3");
    assert.equal((await runner.review()).outcome, "success");
    runner.services.unwell.add("superset");
    const { exitCode, printed } = await runner.ops("deliver", "staging", "--health-within", "0.05");
    runner.services.unwell.clear();
    assert.equal(exitCode, 3, printed);
    const [release] = await releases();
    assert.equal(release?.result, "unhealthy");
    assert.deepEqual(release?.unwell, [{ service: "superset", reason: "answered 503 instead of 200" }]);
  });

  test("what was applied is recorded also where no copy of the state can be kept, and the run fails", async () => {
    const tag = changeImage("4.1.20");
    assert.equal((await runner.review()).outcome, "success");
    const known = (await releases()).length;
    const copies = ["--server", "spaces", "--method", "PUT", "--path", "/*/state/**"];
    await sandbox.run("fault", "add", "status", "--status", "403", ...copies);
    const { exitCode, printed } = await runner.ops("deliver", "staging");
    await sandbox.run("fault", "clear");
    assert.equal(exitCode, 1, printed);
    assert.match(printed, /staging was changed, and no copy of its state could be kept: the bucket /);
    const [release, ...others] = await releases();
    assert.equal(others.length, known);
    assert.deepEqual(
      [release?.commit, release?.result, release?.images.superset?.tag, release?.stateCopy],
      [tag, "healthy", "4.1.20", null],
    );
  });
});

suite("what nobody has reviewed", () => {
  test("is refused and named, changes nothing, and Slack hears of it", async () => {
    const before = await cloud();
    changeImage("4.1.4");
    const { outcome, printed } = await runner.deliver();
    assert.equal(outcome, "failure", printed);
    assert.match(
      printed,
      /nobody has reviewed this change set; it is sha256:[0-9a-f]{64}\. Nothing was changed\./,
    );
    assert.match(printed, /App app-superset-app: would be changed, and was in no review/);
    assert.deepEqual(await cloud(), before);
    assert.match(runner.slack.messages.at(-1) ?? "", /^:x: \*deliver staging\*: failure/);
  });

  test("a digest that was read lets just that through, and names what differs from it", async () => {
    assert.equal((await runner.review()).outcome, "success");
    const reviewed = inPicture(runner.github.comments[0]?.body ?? "");
    changeImage("4.1.5");
    const before = await cloud();
    const other = await runner.deliver({}, { environment: "staging", reviewed });
    assert.equal(other.outcome, "failure", other.printed);
    assert.match(other.printed, /is not what reviewer was shown at /);
    assert.match(
      other.printed,
      /App app-superset-app: spec\.jobs\[0\]\.image\.tag, spec\.services\[0\]\.image\.tag would become something else/,
    );
    assert.deepEqual(await cloud(), before);
  });

  test("a secret that has become another since the review is named by its path, and told to nobody", async () => {
    const review = await runner.review();
    assert.equal(review.outcome, "success", review.printed);
    const secret = "sandbox-another-client-secret";
    const home = { folder: runner.checkout.folder, variables: {} };
    await engine.run(home, "config", "set", "--secret", "supersetGoogleClientSecret", secret);
    const { outcome, printed } = await runner.deliver();
    assert.equal(outcome, "failure", printed);
    assert.match(printed, /is not what reviewer was shown/);
    assert.match(
      printed,
      /app-superset-app: spec\.jobs\[0\]\.envs\[2\]\.value, spec\.services\[0\]\.envs\[2\]\.value would become something else/,
    );
    assert.ok(!printed.includes(secret));
    // Read again, it may be delivered.
    assert.equal((await runner.review()).outcome, "success");
    const again = await runner.deliver();
    assert.equal(again.outcome, "success", again.printed);
    assert.equal((await releases())[0]?.result, "healthy");
  });
});

suite("every night", () => {
  test("a copy of the state is kept, sealed and proven", async () => {
    const { outcome, printed } = await runner.nightly("state backup");
    assert.equal(outcome, "success", printed);
    assert.match(
      runner.slack.messages.at(-1) ?? "",
      /nightly state backup of staging\*: success[\s\S]*all \d+ secrets opened/,
    );
  });

  test("nothing has drifted, and that is said", async () => {
    const { outcome, printed } = await runner.nightly("drift --cloud");
    assert.equal(outcome, "success", printed);
    assert.match(printed, /cloud: as the stack says/);
  });
});

suite("what data would go with", () => {
  test("is refused in the gate's words, though somebody has reviewed it, and changes nothing", async () => {
    const home = { folder: runner.checkout.folder, variables: {} };
    const { stdout } = await engine.run(home, "stack", "export");
    const second = resourcesOf(stdout).find(({ urn }) => nameOf(urn) === "backups-second") ?? assert.fail();
    await engine.run(home, "state", "unprotect", second.urn, "--yes");
    await engine.run(home, "config", "set", "--path", "backup.secondRegion", "fra1");
    const review = await runner.review();
    assert.equal(review.outcome, "success", review.printed);
    assert.match(runner.github.comments[0]?.body ?? "", /\*\*1 with loss of data\*\*/);
    const before = await cloud();

    const unaccepted = await runner.deliver();
    assert.equal(unaccepted.outcome, "failure", unaccepted.printed);
    assert.match(
      unaccepted.printed,
      /backups-second .* would be replaced .* 'acceptedLosses\["backups-second"\]' WHY$/m,
    );
    assert.deepEqual(await cloud(), before);

    const reason = "The second copy moves to Frankfurt.";
    await engine.run(home, "config", "set", "--path", 'acceptedLosses["backups-second"]', reason);
    const unproven = await runner.deliver();
    assert.equal(unproven.outcome, "failure", unproven.printed);
    assert.match(
      unproven.printed,
      /Whether there is a backup is not known: no host of staging .*\. Take one, and prove it/,
    );
    assert.deepEqual(await cloud(), before);
  });
});

test("every workflow that delivers is run by these tests", async () => {
  const { default: fs } = await import("node:fs");
  const names = fs.readdirSync(join(import.meta.dirname, "../../.github/workflows")).sort();
  // Two of them by feature.test.ts and image-delivery.test.ts.
  const here = ["feature.yml", "image.yml", "deliver.yml", "nightly.yml", "review.yml"];
  // Three run the tests themselves; one asks whether hosts still watch, and tests/platform/watch.test.ts runs what it runs.
  assert.deepEqual(names, [...here, "bench.yml", "check.yml", "drills.yml", "heartbeat.yml"].sort());
});
