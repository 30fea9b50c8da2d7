import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { execa } from "execa";
import type { OperationRow } from "../../sandbox/comparison/operations.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "compare-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Scratch sandboxes go where temporary files go: here into a folder of the test's own. */
function compare(words: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const env = { TMPDIR: folder, SANDBOX_STATE_DIR: join(folder, "unused"), ...variables };
  return execa(join(root, "scripts/sandbox"), ["compare", ...words], { cwd: root, env, reject: false });
}

test("two runs with the stand-ins agree in every state, step and request, and leave nothing behind", async () => {
  const { exitCode, stdout, stderr } = await compare([
    "staging",
    "--between",
    "stand-in",
    "stand-in",
    "--json",
  ]);
  assert.equal(exitCode, 0, `${stderr}\n${stdout}`);
  const { unexplained, explained, stale, operations, compared } = JSON.parse(stdout);
  assert.deepEqual({ unexplained, explained, stale }, { unexplained: [], explained: [], stale: [] });
  assert.deepEqual(
    operations.map(({ operation }: { operation: string }) => operation),
    ["first preview", "up", "second preview", "refresh", "preview after refresh", "destroy"],
  );
  const [, up] = operations as OperationRow[];
  for (const { steps, requests, seconds } of up?.sides ?? []) {
    assert.ok((steps.create ?? 0) > 90 && requests > 50 && seconds > 1, stdout);
  }
  assert.equal(up?.sides.length, 2);
  // Two runs that were not looked at agree as well.
  assert.ok(compared.resources > 150 && compared.steps > 400 && compared.requests > 200, stdout);
  assert.deepEqual(readdirSync(folder), []);
});

test("where the official providers cannot be had it says so before anything is started", async () => {
  const { exitCode, stdout, stderr } = await compare(["staging"], {
    XDG_CACHE_HOME: join(folder, "cache"),
    PATH: await withTools(),
    // An address that no proxy listens on: the way to every download.
    HTTPS_PROXY: "http://127.0.0.1:9",
  });
  assert.equal(exitCode, 2, stderr);
  assert.equal(stdout, "");
  assert.match(
    stderr,
    /official providers cannot be downloaded here: digitalocean [\d.]+, random [\d.]+, tls/,
  );
  assert.match(stderr, /to fix it: /);
  assert.doesNotMatch(stderr, /Run 1/);
});

test("other kinds of providers than there are are refused", async () => {
  const { exitCode, stderr } = await compare(["staging", "--between", "stand-in", "real"]);
  assert.equal(exitCode, 1);
  assert.match(stderr, /stand-in or official; it was given: stand-in real/);
});

/** A search path with the engine and the object storage, so that an empty cache need not hold them. */
async function withTools(): Promise<string> {
  const { stdout } = await execa(join(root, "scripts/sandbox"), ["tools"], { cwd: root });
  const engine = /^export PATH=(\S+?):/m.exec(stdout)?.[1];
  const storage = /^export SANDBOX_VERSITYGW=(\S+)\/versitygw$/m.exec(stdout)?.[1];
  assert.ok(engine && storage, stdout);
  const unquoted = [engine, storage].map((path) => path.replace(/^'|'$/g, ""));
  return [...unquoted, process.env.PATH].join(":");
}
