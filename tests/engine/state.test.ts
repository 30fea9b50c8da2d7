import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { after, before, suite, test } from "node:test";
import { pathToFileURL } from "node:url";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { EngineShell, type Surroundings } from "../support/engine-shell.ts";
import { lasting, TestSandbox } from "../support/sandbox.ts";
import { plannedSteps } from "../support/state.ts";
import { waitFor } from "../support/wait-for.ts";

const root = resolve(import.meta.dirname, "../..");
const stack = "staging";
const sandbox = new TestSandbox();
const settings = join(sandbox.folder, stack, `Pulumi.${stack}.yaml`);
const backend = join(sandbox.folder, "backend/.pulumi");
const exportFile = join(sandbox.folder, "exported.json");
let engine: EngineShell;
/** What the next command needs beside the sandbox's own variables, as earlier tests left it. */
let variables: Record<string, string> = {};

before(async () => {
  await sandbox.run("up", stack);
  engine = await EngineShell.of(sandbox, stack);
});
after(() => sandbox.remove());

/** Commands about the stack write into the settings file beside them: they run where the sandbox's own copy lies. */
const besideSettings = (): Surroundings => ({ folder: join(sandbox.folder, stack), variables });
/** Commands about resources run the program, with the sandbox's settings file. */
const inProject = (): Surroundings => ({ folder: root, variables });

/** Fails when the program, the state and the cloud differ in anything. */
async function assertNoChanges(): Promise<void> {
  const before = lasting(await sandbox.inventory());
  await engine.run(inProject(), "preview", "--expect-no-changes");
  // Apps give their secrets back sealed, so a refresh alone would differ: sandbox/providers/README.md.
  const refresh = ["refresh", "--yes", "--expect-no-changes", "--exclude", "**:App::**"];
  await engine.run(inProject(), ...refresh);
  assert.deepEqual(lasting(await sandbox.inventory()), before);
}

async function exportState(): Promise<void> {
  await engine.run(besideSettings(), "stack", "export", "--file", exportFile);
}

/** Puts the exported state into a new stack of the backend that `variables` names. */
async function importIntoNewStack(): Promise<void> {
  await engine.run(besideSettings(), "stack", "init", stack);
  await engine.run(besideSettings(), "stack", "import", "--file", exportFile);
}

const encryptionSalt = () =>
  /^encryptionsalt: (?<salt>.+)$/m.exec(readFileSync(settings, "utf8"))?.groups?.salt;

suite("a stack's state", () => {
  test("exported, wiped and imported again: the stack would make everything anew, then nothing", async () => {
    const stateFile = join(backend, `stacks/insightpulse/${stack}.json`);
    await exportState();
    await engine.run(besideSettings(), "stack", "rm", stack, "--force", "--yes", "--preserve-config");
    assert.equal(existsSync(stateFile), false);
    await engine.run(besideSettings(), "stack", "init", stack);
    const empty = plannedSteps((await engine.run(inProject(), "preview", "--json")).stdout);
    assert.ok(empty.length > 90 && empty.every((step) => step.startsWith("create ")), empty.join("\n"));

    await engine.run(besideSettings(), "stack", "import", "--file", exportFile);
    await assertNoChanges();
  });

  test("takes a new passphrase from standard input; the old one no longer opens it", async () => {
    const passphrase = join(sandbox.folder, "new-passphrase");
    writeFileSync(passphrase, "sample-new-passphrase\n", { mode: 0o600 });
    const [before, secrets] = [encryptionSalt(), sandbox.secrets(stack)];
    const change = { ...besideSettings(), input: "sample-new-passphrase\n" };
    await engine.run(change, "stack", "change-secrets-provider", "passphrase");
    assert.notEqual(encryptionSalt(), before);
    const old = await engine.tryRun(inProject(), "preview");
    assert.notEqual(old.exitCode, 0);
    assert.match(old.printed, /incorrect passphrase/);

    variables = { PULUMI_CONFIG_PASSPHRASE_FILE: passphrase };
    const shown = await engine.run(besideSettings(), "config", "get", "insightpulse:supabaseOwnerPassword");
    assert.equal(shown.stdout.trim(), secrets.supabaseOwnerPassword);
    await assertNoChanges();
  });

  test("names who holds the lock that a killed run left behind, and since when, and cancel frees it", async () => {
    const locks = join(backend, `locks/organization/insightpulse/${stack}`);
    const lockFiles = () =>
      existsSync(locks) ? readdirSync(locks).filter((name) => name.endsWith(".json")) : [];
    const up = ["up", "--yes", "--skip-preview", "--expect-no-changes"];
    const killed = engine.start(inProject(), ...up);
    await waitFor(() => lockFiles().length > 0, "the lock");
    killed.kill("SIGKILL");
    assert.equal((await killed).signal, "SIGKILL");

    const refused = await engine.tryRun(inProject(), ...up);
    assert.notEqual(refused.exitCode, 0);
    assert.match(refused.printed, /currently locked by 1 lock/);
    const owner = `created by ${userInfo().username}@${hostname()} (pid ${killed.pid}) at `;
    assert.ok(refused.printed.includes(owner), refused.printed);
    const since = refused.printed.split(owner)[1]?.slice(0, 10) ?? "";
    assert.match(since, /^\d{4}-\d\d-\d\d$/);

    // The engine tells a date; the sandbox tells the age too, and whether anybody is still at work.
    const status = await sandbox.run("status", stack);
    const told = `${userInfo().username}@${hostname()} (process ${killed.pid}), `;
    assert.match(
      status.stdout.split(told)[1] ?? status.stdout,
      /^\d+ (second|minute)s? ago +ended; .*: pulumi cancel/,
    );

    await engine.run(besideSettings(), "cancel", "--yes");
    assert.deepEqual(lockFiles(), []);
    await engine.run(inProject(), ...up);
  });

  test("moves to another folder, and the old one is no longer needed", async () => {
    await exportState();
    const folder = join(sandbox.folder, "other-backend");
    mkdirSync(folder);
    variables = { ...variables, PULUMI_BACKEND_URL: pathToFileURL(folder).href };
    const before = await engine.tryRun(inProject(), "preview");
    assert.match(before.printed, /no stack|not found/);
    await importIntoNewStack();
    await assertNoChanges();
  });

  test("moves to a bucket in Spaces", async () => {
    await exportState();
    const { spacesUrl } = JSON.parse(readFileSync(join(sandbox.folder, "cloud/cloud.json"), "utf8"));
    const { spacesAccessKeyId: accessKeyId, spacesSecretAccessKey: secretAccessKey } = sandbox.cloud();
    const where = { endpoint: spacesUrl, region: "us-east-1", forcePathStyle: true };
    const spaces = new S3Client({ ...where, credentials: { accessKeyId, secretAccessKey } });
    await spaces.send(new CreateBucketCommand({ Bucket: "insightpulse-state" }));
    spaces.destroy();
    const address = `endpoint=${new URL(spacesUrl).host}&region=us-east-1&s3ForcePathStyle=true&disableSSL=true`;
    variables = {
      ...variables,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      PULUMI_BACKEND_URL: `s3://insightpulse-state?${address}`,
    };
    assert.match((await engine.tryRun(inProject(), "preview")).printed, /no stack|not found/);
    await importIntoNewStack();
    await assertNoChanges();
  });
});
