import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Backups } from "../data/backup-support.ts";
import { ask } from "./account.ts";
import { noneFailed, whileAsking } from "./load.ts";
import { healthUrls } from "./services.ts";
import { PlatformStack } from "./stack.ts";
import { withSteadyRequests } from "./steady-requests.ts";
import { Platform, skip, told } from "./support.ts";

const domain = "staging.insightpulseai.net";
const urls = healthUrls(domain);

/**
 * What the stack made is rotated while it is used. A platform of its own: a rotation is counted in the settings, which the
 * sandbox writes anew from the repository's for every other test.
 */
describe("rotations on hosts, under load", { skip, concurrency: false }, () => {
  const folder = mkdtempSync(join(tmpdir(), "platform-rotations-"));
  let platform: Platform;
  let stack: PlatformStack;
  before(async () => {
    platform = await Platform.own("staging");
    stack = await PlatformStack.of(platform);
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await platform?.close();
  });

  async function rotate(name: string): Promise<void> {
    const { exitCode, text } = await platform.ops("rotate", name, "staging", "--yes");
    assert.equal(exitCode, 0, text);
    assert.match(text, /is another one, and the one before it opens nothing/);
  }

  const fileOn = (host: string, path: string) => told(platform.inside(host, "cat", path));
  const valueIn = (text: string, name: RegExp) => name.exec(text)?.[1] ?? assert.fail(`${name} is not there`);

  test("the queue's password: jobs are taken all the while, and the one before opens nothing", async (context) => {
    const variables = await fileOn("ocr", "/etc/insightpulse/secrets/ocr.env");
    const [key, old] = [valueIn(variables, /^API_KEY=(.*)$/m), valueIn(variables, /^REDIS_PASSWORD=(.*)$/m)];
    // The key comes by a file: an argument would be seen by everybody.
    const config = join(folder, "curl");
    writeFileSync(config, `header = "X-API-Key: ${key}"\n`, { mode: 0o600 });
    const answers = await withSteadyRequests(
      platform,
      [`https://ocr.${domain}/v1/ocr`],
      () => rotate("ocr-queue-password"),
      { curl: ["--config", config, "--data-binary", "x"], longestSeconds: 60, pauseSeconds: 0.3 },
    );
    assert.ok(answers.length > 10, `${answers.length} requests`);
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], ["202"]);
    context.diagnostic(`${answers.length} jobs, none refused`);

    const rotated = valueIn(
      await fileOn("ocr", "/etc/insightpulse/secrets/ocr.env"),
      /^REDIS_PASSWORD=(.*)$/m,
    );
    assert.notEqual(rotated, old);
    const ping = (password: string) =>
      platform.insideWith(
        password,
        "ocr",
        "sh",
        "-c",
        'REDISCLI_AUTH="$(cat)" redis-cli --no-auth-warning PING',
      );
    assert.equal((await ping(rotated)).stdout, "PONG");
    assert.match((await ping(old)).text, /WRONGPASS|NOAUTH/);
    await told(platform.inside("ocr", "systemctl", "restart", "redis-server"));
    assert.equal((await ping(rotated)).stdout, "PONG", "a restart of Redis takes the present one too");
  });

  test("the deploy key: the new one opens every host, the one before none, and no request fails", async (context) => {
    const before = await stack.hosts();
    const loaded = await whileAsking(platform, Object.values(urls), () => rotate("deploy-key"));
    context.diagnostic(noneFailed(loaded));
    const now = await stack.hosts();
    assert.equal(before.length, 2);
    assert.equal(now.length, before.length);
    for (const host of now) assert.equal((await platform.sshAs(host, "true")).exitCode, 0, host.key);
    for (const host of before) {
      const { exitCode, text } = await platform.sshAs(host, "true");
      assert.equal(exitCode, 255, host.key);
      assert.match(text, /Permission denied \(publickey\)/, host.key);
    }
  });

  test("what opens the backups: one of before is restored by the new password and key, and by nothing older", async () => {
    const backups = new Backups(platform);
    await backups.seed(50);
    assert.equal((await backups.night()).proof.result, "proven");
    const old = await fileOn("erp", "/etc/insightpulse/secrets/backup-repository-password");
    const spacesFile = "/etc/insightpulse/secrets/backup-spaces.ini";
    const keys = await fileOn("erp", spacesFile);
    await rotate("backup-repository-password");
    await rotate("backups-writer");
    assert.notEqual(await fileOn("erp", "/etc/insightpulse/secrets/backup-repository-password"), old);
    assert.notEqual(await fileOn("erp", spacesFile), keys);
    // A backup that is older than both, opened and compared.
    await told(backups.task("erp", "prove"));

    const { first } = JSON.parse(await fileOn("erp", "/etc/insightpulse/backup.json"));
    const script = `umask 077; file="$(mktemp)"; trap 'rm -f "$file"' EXIT; cat >"$file"
      AWS_SHARED_CREDENTIALS_FILE=/etc/insightpulse/secrets/backup-spaces.ini \\
        restic --no-lock --repo "$1" --password-file "$file" snapshots`;
    const repository = `s3:${first.endpoint}/${first.bucket}/repository`;
    const said = await platform.insideWith(old, "erp", "bash", "-c", script, "bash", repository);
    assert.match(said.text, /wrong password|no key found/);
    const { keys: live } = await ask(platform, "GET", "/spaces/keys?per_page=200");
    const ids = (live as { access_key: string }[]).map(({ access_key: id }) => id);
    const idIn = (text: string) => valueIn(text, /^aws_access_key_id *= *(.*)$/m);
    assert.ok(!ids.includes(idIn(keys)), "the key of before is deleted");
    assert.ok(ids.includes(idIn(await fileOn("erp", spacesFile))));
  });

  test("leave nothing changed behind that the stack does not know", async () => {
    for (const host of ["erp", "ocr"])
      assert.equal(
        await told(platform.inside(host, "converge", "check")),
        "everything is as the bundle says",
      );
  });
});
