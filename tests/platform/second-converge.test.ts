import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { PlatformStack } from "./stack.ts";
import { Platform, skip, told } from "./support.ts";

/** A file that a unit needs to be restarted for, and one that only has to be there. */
const edited = ["/etc/redis/insightpulse.conf", "/etc/logrotate.d/nginx"];

describe("hosts that have been converged", { skip }, () => {
  let platform: Platform;
  let stack: PlatformStack;
  before(async () => {
    platform = await Platform.shared();
    stack = await PlatformStack.of(platform);
  });
  after(() => platform?.close());

  /** Sends a host the bundle that the stack has sent it, as the program does it. */
  async function applyAgain(host: string): Promise<string> {
    const { bundle } = await stack.host(host);
    return told(platform.insideWith(JSON.stringify(bundle), host, "converge", "apply"));
  }

  test("the next `pulumi up` changes nothing", async () => {
    const stdout = await told(stack.up());
    assert.doesNotMatch(stdout, /^\s*[~+-]/m);
    assert.match(stdout, /Resources:\n\s+\d+ unchanged/);
  });

  for (const host of ["erp", "ocr"]) {
    test(`the bundle of ${host} once more changes nothing`, async (context) => {
      const said = await applyAgain(host);
      assert.match(said, /^nothing to change, in [\d.]+ s$/);
      context.diagnostic(said);
    });
  }

  test("nothing has drifted, and the command says so", async () => {
    const { exitCode, text } = await stack.drift();
    assert.equal(exitCode, 0, text);
    assert.match(text, /^erp \(.*\): as the stack says$/m);
  });

  test("what somebody edits or stops by hand is shown, mended by the command that is shown, and by nothing less", async () => {
    const [unitFile = "", plainFile = ""] = edited;
    await told(platform.insideWith("# by hand\n", "ocr", "tee", "--append", unitFile));
    await told(platform.inside("ocr", "chmod", "0600", plainFile));
    await told(platform.inside("ocr", "systemctl", "stop", "fail2ban"));
    const { exitCode, stdout, text } = await stack.drift("--json");
    assert.equal(exitCode, 3, text);
    const { hosts } = JSON.parse(stdout);
    const [erp, ocr] = ["erp", "ocr"].map((key) => hosts.find(({ host }: { host: string }) => host === key));
    assert.deepEqual(erp.differences, []);
    assert.deepEqual(ocr.differences, [
      { path: unitFile, what: "content" },
      { path: plainFile, what: "mode 0600, not 0644" },
      { path: "fail2ban.service", what: "not running" },
    ]);
    // Pulumi compares the bundle with the one it has sent, not with the host.
    await told(stack.up());
    assert.equal((await stack.drift()).exitCode, 3);
    const [, urn = ""] = /^pulumi up --replace '(.*)'$/.exec(ocr.fix) ?? [];
    assert.match(await told(stack.up({}, "--replace", urn)), /command:remote:Command/);
    assert.equal((await stack.drift()).exitCode, 0);
    assert.equal(await told(platform.inside("ocr", "systemctl", "is-active", "fail2ban")), "active");
  });
});
