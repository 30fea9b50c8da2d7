import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { after, before, suite, test } from "node:test";
import { execa } from "execa";
import { EditedStack, type Edits } from "../support/edited-stack.ts";

const root = resolve(import.meta.dirname, "../..");
const staging = new EditedStack("staging");
let exports: string;
before(async () => {
  await staging.begin();
  exports = (await staging.sandbox.run("env", "staging")).stdout;
});
after(() => staging.sandbox.remove());

/** Runs `./scripts/ops gate` as an operator of the sandbox, with the settings as they are or edited. */
async function gate(edits: Edits = {}, ...words: string[]) {
  const settings = staging.sandbox.editedSettings("staging", edits);
  const script = 'eval "$1"; shift; exec env "$@"';
  const command = [`PULUMI_OPTION_CONFIG_FILE=${settings}`, join(root, "scripts/ops"), "gate", "staging"];
  const { exitCode, stdout, stderr } = await execa(
    "bash",
    ["-c", script, "bash", exports, ...command, ...words],
    { cwd: root, reject: false, input: "" },
  );
  return { exitCode, stdout, printed: `${stderr}\n${stdout}` };
}

const moved = { "backup.secondRegion": "fra1" };
const reason = { acceptedLosses: { "backups-second": "The second copy moves to Frankfurt." } };

suite("the gate before an up", () => {
  test("opens where nothing is lost", async () => {
    const { exitCode, printed } = await gate({ "dns.ttlSeconds": 600 });
    assert.equal(exitCode, 0, printed);
    assert.match(printed, /^ {2}changed +dns-odoo +rebuildable$/m);
    assert.match(printed, /^staging: \d+ changes?, 0 with which data goes: it may be done\.$/m);
  });

  test("says what the engine refuses because it is protected", async () => {
    const { exitCode, printed } = await gate(moved);
    assert.equal(exitCode, 3, printed);
    assert.match(
      printed,
      /unable to replace resource ".*::backups-second"\s+as it is currently marked for protection/,
    );
  });

  test("says that a policy has refused the preview, and where to read which", async () => {
    const { exitCode, printed } = await gate({ protectData: false });
    assert.equal(exitCode, 3, printed);
    assert.match(printed, /^ {2}unprotected +generated-n8n-encryption-key +data$/m);
    assert.match(printed, /a policy has refused it, and `pulumi preview` says which/);
  });

  test("stays closed once data is unprotected, until the settings say why, naming resource, loss and command", async () => {
    await staging.unprotect("backups-second");
    const { exitCode, stdout, printed } = await gate(moved, "--json");
    assert.equal(exitCode, 3, printed);
    const { losses, refusals } = JSON.parse(stdout);
    assert.deepEqual(
      losses.map(({ name, effect, holds, loss }: Record<string, string>) => [name, effect, holds, loss]),
      [["backups-second", "replaced", "data", "every backup in it"]],
    );
    assert.equal(refusals.length, 1);
    assert.match(
      refusals[0],
      /^backups-second .* would be replaced .* 'acceptedLosses\["backups-second"\]' WHY$/,
    );
  });

  test("stays closed with a reason alone: no backup is proven", async () => {
    const { exitCode, printed } = await gate({ ...moved, ...reason });
    assert.equal(exitCode, 3, printed);
    assert.match(
      printed,
      /Whether there is a backup is not known: no host of staging .*\. Take one, and prove it/,
    );
  });

  test("tells of a reason that nothing needs any more", async () => {
    const { exitCode, printed } = await gate(reason);
    assert.equal(exitCode, 0, printed);
    assert.match(printed, /^acceptedLosses\.backups-second is not needed/m);
  });
});
