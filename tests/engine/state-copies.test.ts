import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { after, before, suite, test } from "node:test";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { execa } from "execa";
import { EngineShell } from "../support/engine-shell.ts";
import { TestSandbox } from "../support/sandbox.ts";
import { resourcesOf } from "../support/state.ts";
import { waitFor } from "../support/wait-for.ts";

const root = resolve(import.meta.dirname, "../..");
const stack = "staging";
const sandbox = new TestSandbox();
/** Whatever a command leaves behind is its own. */
const temporary = join(sandbox.folder, "temporary");
let exports: string;
let engine: EngineShell;
const home = { folder: root, variables: {} };

before(async () => {
  await sandbox.run("up", stack);
  mkdirSync(temporary);
  exports = (await sandbox.run("env", stack)).stdout;
  engine = await EngineShell.of(sandbox, stack);
});
after(() => sandbox.remove());

/** Runs `./scripts/ops state` as an operator of the sandbox. */
async function state(words: readonly string[], variables: Record<string, string> = {}) {
  const script = 'eval "$1"; shift; exec env "$@"';
  const set = Object.entries({ TMPDIR: temporary, ...variables }).map(([name, value]) => `${name}=${value}`);
  const command = [...set, join(root, "scripts/ops"), "state", ...words];
  const { exitCode, stdout, stderr } = await execa("bash", ["-c", script, "bash", exports, ...command], {
    ...{ cwd: root, reject: false, input: "" },
  });
  return { exitCode, stdout, printed: `${stderr}\n${stdout}` };
}

/** The same, for what must succeed. */
async function told(...words: string[]): Promise<string> {
  const { exitCode, stdout, printed } = await state(words);
  assert.equal(exitCode, 0, printed);
  return stdout;
}

const resources = async () =>
  resourcesOf((await engine.run(home, "stack", "export")).stdout).map(({ urn }) => urn);

suite("copies of a stack's state", () => {
  let kept: { name: string; resources: number; secrets: number; buckets: string[] };

  test("none is there yet, and that is said", async () => {
    const { exitCode, printed } = await state(["verify", stack]);
    assert.equal(exitCode, 1);
    assert.match(printed, /has no copy of staging/);
  });

  test("a copy counts when the engine has opened every secret in it; it lies in both buckets", async () => {
    kept = JSON.parse(await told("backup", stack, "--json"));
    assert.equal(kept.resources, (await resources()).length);
    assert.ok(kept.secrets > 40, String(kept.secrets));
    assert.equal(kept.buckets.length, 2);
    const verified = JSON.parse(await told("verify", stack, "--json"));
    assert.deepEqual(
      [verified.name, verified.resources, verified.secrets],
      [kept.name, kept.resources, kept.secrets],
    );
  });

  test("nothing readable lies in the bucket, and nothing is left on this computer", async () => {
    const body = Buffer.from(await fetched(kept.name));
    assert.ok(!body.includes("urn:pulumi"));
    for (const secret of Object.values(sandbox.secrets(stack))) assert.ok(!body.includes(secret));
    assert.deepEqual(
      readdirSync(temporary).filter((name) => name.startsWith("state-proof-")),
      [],
    );
  });

  test("another passphrase opens nothing, and changes nothing", async () => {
    const file = join(sandbox.folder, "another-passphrase");
    writeFileSync(file, "another passphrase\n", { mode: 0o600 });
    for (const words of [
      ["verify", stack],
      ["restore", stack, "--confirm", stack],
      ["backup", stack],
    ]) {
      const { exitCode, printed } = await state(words, { PULUMI_CONFIG_PASSPHRASE_FILE: file });
      assert.equal(exitCode, 1, printed);
      assert.match(printed, /passphrase/);
    }
    assert.equal(JSON.parse(await told("list", stack, "--json")).buckets[0].copies.length, 1);
  });

  test("the stack is lost, made anew of the copy, and agrees with the program", async () => {
    const before = await resources();
    const removal = ["stack", "rm", stack, "--force", "--yes", "--preserve-config"];
    await engine.run({ folder: join(sandbox.folder, stack), variables: {} }, ...removal);
    assert.match(await told("restore", stack, "--confirm", stack), /^restored/);
    assert.deepEqual(await resources(), before);
    await engine.run(home, "preview", "--expect-no-changes");
  });

  test("before a state is replaced it is kept, what it would lose is said, and the name is asked for", async () => {
    const unsure = await state(["restore", stack]);
    assert.match(unsure.printed, /nobody is there to confirm it/);
    const wrong = await state(["restore", stack, "--confirm", "prod"]);
    assert.match(wrong.printed, /"prod" is not staging: nothing was changed/);
    const [lost = ""] = (await resources()).filter((urn) => urn.endsWith("-down"));
    await engine.run(home, "state", "delete", "--yes", lost);
    const restored = await state(["restore", stack, "--confirm", stack]);
    assert.equal(restored.exitCode, 0, restored.printed);
    assert.match(restored.printed, /the copy has \d+ that the state does not:\n {2}urn:/);
    assert.match(restored.printed, /kept first: state\/staging\//);
    assert.ok((await resources()).includes(lost));
    // The newest is now the state with a resource missing.
    assert.equal(JSON.parse(await told("list", stack, "--json")).buckets[0].copies.length, 2);
  });

  test("where the first bucket has lost a copy, or keeps a damaged one, that is said or the second helps", async () => {
    const [newest = ""] = JSON.parse(await told("list", stack, "--json")).buckets[0].copies;
    const body = Buffer.from(await fetched(newest));
    body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
    await spaces((client, bucket) =>
      client.send(new PutObjectCommand({ Bucket: bucket, Key: newest, Body: body })),
    );
    const damaged = await state(["verify", stack]);
    assert.equal(damaged.exitCode, 1);
    assert.match(damaged.printed, /is damaged/);
    assert.equal((await state(["verify", stack, "--at", kept.name])).exitCode, 0);
  });

  async function fetched(name: string): Promise<Uint8Array> {
    return spaces(async (client, bucket) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: name }));
      return (await Body?.transformToByteArray()) ?? assert.fail(`${name} is empty`);
    });
  }

  async function spaces<Result>(
    work: (client: S3Client, bucket: string) => Promise<Result>,
  ): Promise<Result> {
    const { spacesUrl } = JSON.parse(readFileSync(join(sandbox.folder, "cloud/cloud.json"), "utf8"));
    const { spacesAccessKeyId: accessKeyId, spacesSecretAccessKey: secretAccessKey } = sandbox.cloud();
    const where = { endpoint: spacesUrl, region: "us-east-1", forcePathStyle: true };
    const client = new S3Client({ ...where, credentials: { accessKeyId, secretAccessKey } });
    try {
      return await work(client, kept.buckets[0] ?? "");
    } finally {
      client.destroy();
    }
  }
});

suite("the lock of a stack", () => {
  const locks = join(sandbox.folder, `backend/.pulumi/locks/organization/insightpulse/${stack}`);
  const me = `${userInfo().username}@${hostname()}`;

  test("is nobody's, then a run's that is at work and is not freed, then a killed one's that is", async () => {
    assert.match(await told("lock", stack), /nobody has locked staging/);
    const run = engine.start(home, "up", "--yes", "--skip-preview");
    await waitFor(() => lockFiles().length > 0, "the lock");
    run.kill("SIGSTOP");
    const held = await state(["lock", stack]);
    assert.equal(held.exitCode, 3, held.printed);
    assert.match(held.printed, new RegExp(`^${me} +process ${run.pid} +since \\S+ +\\d+ s +runs$`, "m"));
    assert.match((await state(["lock", stack, "--free"])).printed, /is at work, .*not freed/);
    assert.equal(lockFiles().length, 1);

    run.kill("SIGKILL");
    await run;
    assert.match((await state(["lock", stack])).printed, /has ended$/m);
    const freed = await state(["lock", stack, "--free"]);
    assert.equal(freed.exitCode, 0, freed.printed);
    assert.deepEqual(lockFiles(), []);
  });

  test("of another computer is freed only by whoever names its owner", async () => {
    const timestamp = new Date(Date.now() - 3 * 3_600_000).toISOString();
    const lock = { pid: 1, username: "somebody", hostname: "elsewhere", timestamp };
    writeFileSync(join(locks, "6f1d7a52-0000-4000-8000-000000000000.json"), JSON.stringify(lock));
    const refused = await state(["lock", stack, "--free"]);
    assert.match(refused.printed, /somebody@elsewhere +process 1 +since \S+ +3 h +on another computer/);
    assert.match(refused.printed, /--free --held-by somebody@elsewhere/);
    assert.equal(lockFiles().length, 1);
    const freed = await state(["lock", stack, "--free", "--held-by", "somebody@elsewhere"]);
    assert.equal(freed.exitCode, 0, freed.printed);
    assert.deepEqual(lockFiles(), []);
  });

  const lockFiles = () => {
    try {
      return readdirSync(locks).filter((name) => name.endsWith(".json"));
    } catch {
      return [];
    }
  };
});
