import assert from "node:assert/strict";
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { TestRunner } from "../support/delivery/runner.ts";
import { EngineShell } from "../support/engine-shell.ts";
import { TestSandbox } from "../support/sandbox.ts";
import { waitFor } from "../support/wait-for.ts";

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

const locks = join(sandbox.folder, "backend/.pulumi/locks/organization/insightpulse/staging");
const lockFiles = () =>
  existsSync(locks) ? readdirSync(locks).filter((name) => name.endsWith(".json")) : [];
const me = `${userInfo().username}@${hostname()}`;

/** A commit that gives every record another time to live, reviewed. */
async function reviewedTtl(from: string, to: string): Promise<void> {
  runner.checkout.replace("Pulumi.staging.yaml", `ttlSeconds: ${from}`, `ttlSeconds: ${to}`);
  // The sandbox's settings are a copy of its own, where the runner keeps its secrets.
  const home = { folder: runner.checkout.folder, variables: {} };
  await engine.run(home, "config", "set", "--path", "dns.ttlSeconds", to);
  runner.checkout.commit(`ttl ${to}`);
  const { outcome, printed } = await runner.review();
  assert.equal(outcome, "success", printed);
}

async function times(): Promise<Set<unknown>> {
  const { domain_records: records = [] } = await sandbox.inventory();
  const zone = records.filter(({ domain, type }) => domain === "staging.insightpulseai.net" && type === "A");
  return new Set(zone.map(({ ttl }) => ttl));
}

suite("two deliveries at once", () => {
  test("the second refuses with owner and age, or waits until the first has ended", async () => {
    await reviewedTtl("300", "600");
    const first = engine.start({ folder: runner.checkout.folder }, "up", "--yes", "--skip-preview");
    await waitFor(() => lockFiles().length > 0, "the lock");
    first.kill("SIGSTOP");
    try {
      const refused = await runner.ops("deliver", "staging");
      assert.equal(refused.exitCode, 1, refused.printed);
      const said = new RegExp(`staging is locked by process ${first.pid} of ${me}, for \\d+ s`);
      assert.match(refused.printed, said);
      assert.match(refused.printed, /wait for it, or ask there/);
      let heard = "";
      const waiting = runner.deliver({
        onPrinted: (text) => {
          heard += text;
        },
      });
      const asksForPatience = `waiting for process ${first.pid} of ${me}, for `;
      await waitFor(() => heard.includes(asksForPatience), "the second to wait for the first");
      first.kill("SIGCONT");
      const { outcome, printed } = await waiting;
      assert.equal(outcome, "success", printed);
    } finally {
      first.kill("SIGCONT");
      await first;
    }
    assert.deepEqual(await times(), new Set([600]));
    assert.deepEqual(lockFiles(), []);
  });
});

suite("a run that is ended in the middle", () => {
  /** Holds back what changes a record from the third on, for longer than any run takes. */
  const hold = () =>
    sandbox.run("fault", "add", "delay", "--delay", "3600000", "--method", "PUT", "--after", "2");
  const held = async () => {
    const { stdout } = await sandbox.run("fault", "list", "--json");
    return /"met":\s*[1-9]/.test(stdout);
  };

  test("frees its own lock and no other, and the next goes on from where it was", async () => {
    await reviewedTtl("600", "900");
    await hold();
    let cancelled = false;
    const ending = runner.deliver({
      onStep: (command, cancel) => {
        if (!command.includes("ops deliver") || cancelled) return;
        cancelled = true;
        waitFor(async () => lockFiles().length > 0 && (await held()), "a change that is held back").then(
          () => {
            // Somebody on another computer, whose lock is nobody's business here.
            const timestamp = new Date().toISOString();
            const other = { pid: 1, username: "somebody", hostname: "elsewhere", timestamp };
            writeFileSync(join(locks, "6f1d7a52-0000-4000-8000-000000000000.json"), JSON.stringify(other));
            cancel();
          },
          cancel,
        );
      },
    });
    const { outcome, printed } = await ending;
    assert.equal(outcome, "cancelled", printed);
    await sandbox.run("fault", "clear");
    assert.match(printed, /state lock "\$ENVIRONMENT" --own/);
    assert.match(printed, /left as it is: process 1 of somebody@elsewhere/);
    assert.deepEqual(lockFiles(), ["6f1d7a52-0000-4000-8000-000000000000.json"]);
    assert.match(runner.slack.messages.at(-1) ?? "", /deliver staging\*: cancelled/);
    rmSync(join(locks, "6f1d7a52-0000-4000-8000-000000000000.json"));

    // What is left was reviewed with what is done, and needs no other review.
    const next = await runner.deliver();
    assert.equal(next.outcome, "success", next.printed);
    assert.match(next.printed, /as reviewed by reviewer at \S+, of which \d+ are done already/);
    assert.deepEqual(await times(), new Set([900]));
    await engine.run({ folder: runner.checkout.folder }, "preview", "--expect-no-changes");
  });
});
