import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { TestRunner } from "../support/delivery/runner.ts";
import { lasting, TestSandbox } from "../support/sandbox.ts";

const sandbox = new TestSandbox();
let runner: TestRunner;
before(async () => {
  await sandbox.run("up", "staging");
  runner = await TestRunner.start(sandbox);
  runner.checkout.git("checkout", "--quiet", "-b", "feature/try");
});
after(async () => {
  runner?.stop();
  await sandbox.remove();
});

const raise = (budget = "70") =>
  runner.run(
    "feature",
    { event_name: "workflow_dispatch", ref: "refs/heads/feature/try", ref_name: "feature/try" },
    { inputs: { days: "2", budget } },
  );
const hour = () =>
  runner.run("feature", { event_name: "schedule", ref: "refs/heads/main", ref_name: "main" });
const cloud = async () => lasting(await sandbox.inventory());
const recordFile = join(sandbox.folder, "backend/insightpulse/features/feature-try.json");

suite("a branch's own environment", () => {
  let before: Record<string, string[]>;

  test("is not raised before somebody has approved its pull request at this very commit", async () => {
    before = await cloud();
    const commit = runner.checkout.git("rev-parse", "HEAD");
    const none = await raise();
    assert.equal(none.outcome, "failure", none.printed);
    assert.match(none.printed, /no open pull request of refs\/heads\/feature\/try is approved at /);
    runner.github.approvals.push({ branch: "feature/try", head: commit, approved: "0".repeat(40) });
    const older = await raise();
    assert.equal(older.outcome, "failure", older.printed);
    runner.github.approvals.splice(0, 1, { branch: "feature/try", head: commit, approved: commit });
    assert.deepEqual(await cloud(), before);
  });

  test("is not raised where it would cost more than it may", async () => {
    const { outcome, printed } = await raise("60");
    assert.equal(outcome, "failure", printed);
    assert.match(printed, /feature-try would cost \$66\.00 a month, and may cost \$60\.00/);
    assert.deepEqual(await cloud(), before);
  });

  test("comes up beside staging, which does not change, with names of its own and an end", async () => {
    const { outcome, printed, environment } = await raise();
    assert.equal(outcome, "success", printed);
    assert.equal(environment, "feature");
    const { domains = [], droplets = [] } = await sandbox.inventory();
    assert.ok(domains.some(({ name }) => name === "try.staging.insightpulseai.net"));
    assert.ok(droplets.some(({ name }) => name === "ipai-feature-try-erp"));
    const { features } = JSON.parse((await runner.ops("feature", "list", "--json")).stdout);
    assert.equal(features.length, 1);
    assert.equal(features[0].by, "reviewer");
    const days = (Date.parse(features[0].expiresAt) - Date.now()) / 86_400_000;
    assert.ok(days > 1.9 && days <= 2, String(days));
    await sandbox.run("preview", "staging", "--expect-no-changes");
    // Nothing of it stays in the checkout, where it could be committed.
    assert.ok(!readdirSync(runner.checkout.folder).includes("Pulumi.feature-try.yaml"));
  });

  test("lives until its time is over", async () => {
    const { outcome, printed } = await hour();
    assert.equal(outcome, "success", printed);
    assert.match(printed, /none has expired/);
    assert.notDeepEqual(await cloud(), before);
  });

  test("is then destroyed with everything in it, from another branch, and leaves nothing", async () => {
    const record = JSON.parse(readFileSync(recordFile, "utf8"));
    writeFileSync(recordFile, JSON.stringify({ ...record, expiresAt: new Date().toISOString() }));
    runner.checkout.git("checkout", "--quiet", "develop");
    const { outcome, printed } = await hour();
    assert.equal(outcome, "success", printed);
    assert.match(printed, /^destroyed: feature-try$/m);
    assert.deepEqual(await cloud(), before);
    assert.deepEqual(JSON.parse((await runner.ops("feature", "list", "--json")).stdout).features, []);
  });
});
