import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { PlatformStack } from "./stack.ts";
import { Platform, skip } from "./support.ts";

describe("certificates for a disaster kit", { skip, concurrency: false }, () => {
  let platform: Platform;
  before(async () => {
    platform = await Platform.shared();
  });
  after(() => platform?.close());

  const ask = (host: "erp" | "ocr", password: string) =>
    platform.insideWith(
      JSON.stringify({ password }),
      host,
      ...["runuser", "-u", "deploy", "--", "sudo", "-n", "insightpulse-backup", "certificates"],
    );

  for (const host of ["erp", "ocr"] as const)
    test(`${host} gives them to whoever knows what backups are encrypted with, and not for the deploy key alone`, async () => {
      for (const wrong of ["", "guessed"]) {
        const refused = await ask(host, wrong);
        assert.notEqual(refused.exitCode, 0);
        assert.match(refused.text, /not the one that this host's backups are encrypted with/);
      }
      const stack = await PlatformStack.of(platform);
      const { bundle } = await stack.host(host);
      const files = (bundle as { files: { path: string; content: string }[] }).files;
      const password = files.find(({ path }) => path.endsWith("/backup-repository-password"))?.content.trim();
      const given = await ask(host, password ?? assert.fail("the host has no password of the backups"));
      assert.equal(given.exitCode, 0, given.text);
      assert.match(given.stdout.trim(), /^[A-Za-z0-9+/]{1000,}={0,2}$/);
    });
});
