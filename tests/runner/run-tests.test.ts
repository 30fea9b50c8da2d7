import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { execa } from "execa";

const root = join(import.meta.dirname, "../..");
const script = 'source "$root/tests/support/run-tests.sh"; run_live_tests "$@"; tell_unstable_files';

describe("tests that are run once more", () => {
  const folder = mkdtempSync(join(tmpdir(), "runner-test-"));
  after(() => rmSync(folder, { recursive: true }));

  /** A file with one test of that body, in a language that every Node reads. */
  function testFile(name: string, body: string): string {
    const file = join(folder, `${name}.test.mjs`);
    const imports = 'import { existsSync, writeFileSync } from "node:fs"; import { test } from "node:test";';
    writeFileSync(file, `${imports}\ntest("${name}", () => { ${body} });\n`);
    return file;
  }
  const failsOnce = (name: string) => {
    const mark = JSON.stringify(join(folder, `${name}.mark`));
    return testFile(
      name,
      `if (!existsSync(${mark})) { writeFileSync(${mark}, ""); throw new Error("once"); }`,
    );
  };
  async function run(prepare: string, ...files: string[]) {
    const { exitCode, stdout } = await execa("bash", ["-c", script, "bash", prepare, ...files], {
      // Node runs no test within a test unless it is made to forget where it is.
      env: { root, NODE_TEST_CONTEXT: undefined, GITHUB_ACTIONS: "true" },
      reject: false,
    });
    return { exitCode, stdout };
  }
  const passes = testFile("passes", "");
  const fails = testFile("fails", 'throw new Error("always");');

  test("what passes is run once, and nothing is said", async () => {
    const { exitCode, stdout } = await run(":", passes);
    assert.equal(exitCode, 0);
    assert.doesNotMatch(stdout, /once more|UNSTABLE|::warning/);
  });

  test("what fails once passes, and is named, also to GitHub; what passed is not run again", async () => {
    const unstable = failsOnce("unstable");
    const { exitCode, stdout } = await run(":", passes, unstable);
    assert.equal(exitCode, 0, stdout);
    assert.ok(stdout.includes(`UNSTABLE: ${unstable} failed, and passed when it was run once more`), stdout);
    assert.ok(stdout.includes(`::warning file=${unstable}::`), stdout);
    assert.equal(stdout.match(/✔ passes/g)?.length, 1);
  });

  test("what fails twice has failed", async () => {
    const { exitCode, stdout } = await run(":", passes, fails);
    assert.notEqual(exitCode, 0);
    assert.match(stdout, /once more/);
    assert.doesNotMatch(stdout, /UNSTABLE/);
  });

  test("a file that dies without a word has failed, and is run again too", async () => {
    const { exitCode, stdout } = await run(":", testFile("dies", "process.exit(3);"));
    assert.notEqual(exitCode, 0);
    assert.match(stdout, /once more/);
  });

  test("four files at once are no chance", async () => {
    const { exitCode, stdout } = await run(":", ...["one", "two", "three", "four"].map(failsOnce));
    assert.notEqual(exitCode, 0);
    assert.doesNotMatch(stdout, /once more/);
  });

  test("the place is made ready before, and where that fails nothing passes", async () => {
    assert.match((await run("hostname", failsOnce("ready"))).stdout, /UNSTABLE/);
    assert.notEqual((await run("false", failsOnce("not-ready"))).exitCode, 0);
  });
});
