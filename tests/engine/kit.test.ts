import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, suite, test } from "node:test";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { execa } from "execa";
import { TestSandbox } from "../support/sandbox.ts";

const root = resolve(import.meta.dirname, "../..");
const stack = "staging";
const sandbox = new TestSandbox();
const sharesFolder = join(sandbox.folder, "shares");
const share = (number: number) => join(sharesFolder, `share-${number}.txt`);
/** Whatever a command leaves behind is its own. */
const temporary = join(sandbox.folder, "temporary");
let exports: string;

before(async () => {
  await sandbox.run("up", stack);
  mkdirSync(temporary);
  exports = (await sandbox.run("env", stack)).stdout;
});
after(() => sandbox.remove());

/** Runs `./scripts/ops kit` as an operator of the sandbox, with nobody at the terminal. */
async function kit(words: readonly string[], variables: Record<string, string> = {}) {
  const script = 'eval "$1"; shift; exec env "$@"';
  const set = Object.entries({ TMPDIR: temporary, ...variables }).map(([name, value]) => `${name}=${value}`);
  const command = [...set, join(root, "scripts/ops"), "kit", ...words];
  const { exitCode, stdout, stderr } = await execa("bash", ["-c", script, "bash", exports, ...command], {
    ...{ cwd: root, reject: false, input: "" },
  });
  return { exitCode, stdout, printed: `${stderr}\n${stdout}` };
}

/** What a kit of a staging lacks whose hosts are records and whose registries are not there. */
const expected = /^missing: (the digest of|the certificates of|no host of staging has been converged)/;

suite("a disaster kit", () => {
  let made: {
    name: string;
    buckets: string[];
    files: number;
    resources: number;
    secrets: number;
    missing: string[];
  };

  test("takes shares first, which are shown at a terminal or go to files of their own", async () => {
    const early = await kit(["make", stack]);
    assert.equal(early.exitCode, 1);
    assert.match(early.printed, /no passphrase yet.*\n.*kit shares staging/);
    const piped = await kit(["shares", stack]);
    assert.match(piped.printed, /would go to a file or a log/);
    assert.match((await kit(["shares", stack, "--into", join(root, "x")])).printed, /lies in the repository/);
    const given = await kit(["shares", stack, "--any", "2", "--of", "3", "--into", sharesFolder]);
    assert.equal(given.exitCode, 0, given.printed);
    for (const number of [1, 2, 3]) {
      assert.equal(statSync(share(number)).mode & 0o777, 0o600);
      assert.ok(!given.printed.includes(readFileSync(share(number), "utf8").trim()));
    }
  });

  test("lies in both buckets, opened there, with every secret; what could not be had is said", async () => {
    const { exitCode, stdout, printed } = await kit(["make", stack, "--json"]);
    assert.equal(exitCode, 3, printed);
    made = JSON.parse(stdout);
    assert.equal(made.buckets.length, 2);
    assert.ok(made.secrets > 40 && made.files > 30, stdout);
    for (const line of printed.split("\n").filter((one) => one.startsWith("missing:")))
      assert.match(line, expected);
    assert.deepEqual(
      readdirSync(temporary).filter((name) => /^(kit|state-proof)-/.test(name)),
      [],
    );
  });

  test("is proven with the stack's passphrase, and by any two shares", async () => {
    for (const words of [[], ["--shares", share(3), share(1)]]) {
      const { exitCode, stdout, printed } = await kit(["verify", stack, "--json", ...words]);
      assert.equal(exitCode, 3, printed);
      for (const one of JSON.parse(stdout).kits) assert.equal(one.name, made.name);
    }
  });

  test("opens by shares alone, from the second region, without the stack's passphrase", async () => {
    const target = join(sandbox.folder, "opened");
    const unsealed = { PULUMI_CONFIG_PASSPHRASE_FILE: "/nowhere", PULUMI_BACKEND_URL: "file:///nowhere" };
    const words = ["open", stack, "--copy", "second", "--into", target, "--shares"];
    const alone = await kit([...words, share(2)], unsealed);
    assert.match(alone.printed, /2 different shares are needed, and there are 1: number 2/);
    const opened = await kit([...words, share(2), share(3)], unsealed);
    assert.equal(opened.exitCode, 0, opened.printed);
    assert.match(readFileSync(join(target, "README.md"), "utf8"), /^# Disaster kit of staging/);
    const kept = readFileSync(join(target, "secrets/state-passphrase"), "utf8").trim();
    assert.equal(kept, readFileSync(join(sandbox.folder, "passphrase"), "utf8").trim());
    for (const [name, value] of Object.entries(sandbox.secrets(stack)))
      if (readdirSync(join(target, "secrets")).includes(name))
        assert.equal(readFileSync(join(target, "secrets", name), "utf8"), `${value}\n`, name);
    const again = await kit([...words, share(2), share(3)], unsealed);
    assert.match(again.printed, /is not empty/);
  });

  test("a damaged share is named, and shares of another set do not open it", async () => {
    const file = join(sandbox.folder, "mistyped");
    const text = readFileSync(share(1), "utf8").trim();
    writeFileSync(
      file,
      text.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
      { mode: 0o600 },
    );
    const words = ["open", stack, "--into", join(sandbox.folder, "never"), "--shares"];
    assert.match((await kit([...words, file, share(2)])).printed, /share 1 \(.*mistyped\) is damaged/);
    const others = join(sandbox.folder, "others");
    await kit(["shares", stack, "--any", "2", "--of", "2", "--into", others]);
    const foreign = ["1", "2"].map((number) => join(others, `share-${number}.txt`));
    assert.match((await kit([...words, ...foreign])).printed, /is opened by the set [0-9a-f]{8} of staging/);
  });

  test("one that was damaged where it lies is found", async () => {
    const { spacesUrl } = JSON.parse(readFileSync(join(sandbox.folder, "cloud/cloud.json"), "utf8"));
    const { spacesAccessKeyId: accessKeyId, spacesSecretAccessKey: secretAccessKey } = sandbox.cloud();
    const where = { endpoint: spacesUrl, region: "us-east-1", forcePathStyle: true };
    const client = new S3Client({ ...where, credentials: { accessKeyId, secretAccessKey } });
    const Bucket = made.buckets[0] ?? "";
    await client.send(new PutObjectCommand({ Bucket, Key: made.name, Body: "half a kit" }));
    client.destroy();
    const damaged = await kit(["verify", stack, "--copy", "first"]);
    assert.equal(damaged.exitCode, 1, damaged.printed);
    assert.match(damaged.printed, /is damaged/);
    assert.equal((await kit(["verify", stack, "--copy", "second"])).exitCode, 3);
  });
});
