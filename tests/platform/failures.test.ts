import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { actOn } from "./account.ts";
import { withFullDisk } from "./full-disk.ts";
import { healthUrls, isWell, waitUntilWell } from "./services.ts";
import { PlatformStack, withFile } from "./stack.ts";
import { Platform, type Said, skip, told } from "./support.ts";

const urls = healthUrls("insightpulseai.net");
const onErp = [urls.odoo, urls.mattermost, urls.n8n];
const swapNote = "/var/lib/insightpulse/converge/swap/note.json";
const quadlets = "/etc/containers/systemd";

/** A change of one service: its unit and its place in nginx. */
const moved = { "services.n8n.port": 5680 };
/** Nobody but root may listen there, and sshd does already. */
const impossible = { ...moved, "services.n8n.port": 22 };

describe("what goes wrong while a host is converged", { skip }, () => {
  let platform: Platform;
  let stack: PlatformStack;
  before(async () => {
    platform = await Platform.shared();
    stack = await PlatformStack.of(platform);
  });
  after(() => platform?.close());

  async function assertServes(): Promise<void> {
    for (const url of onErp) assert.ok(await isWell(platform, url), url);
  }

  async function assertFails(run: Promise<Said>, ...reasons: RegExp[]): Promise<string> {
    const { exitCode, text } = await run;
    assert.notEqual(exitCode, 0, text);
    for (const reason of reasons) assert.match(text, reason);
    return text;
  }

  async function assertNothingHalfWritten(): Promise<void> {
    const found = ["find", "/etc", "/usr/local", "/home", "-xdev", "-name", "*.converge-new"];
    assert.equal(await told(platform.inside("erp", ...found)), "");
    assert.notEqual((await platform.inside("erp", "test", "-e", swapNote)).exitCode, 0);
  }

  const apply = (bundle: unknown) => platform.insideWith(JSON.stringify(bundle), "erp", "converge", "apply");

  test("an nginx file that nginx refuses: its words, and the old one goes on serving", async () => {
    const { bundle } = await stack.host("erp");
    const site = "/etc/nginx/sites-enabled/n8n.conf";
    const broken = withFile(bundle, site, (text) => text.replace("proxy_pass", "proxy_pas"));
    const started = await told(platform.inside("erp", ...invocation("nginx")));
    await assertFails(
      apply(broken),
      /refuses the new files; the old ones stay/,
      /unknown directive "proxy_pas" in \/etc\/nginx\/sites-enabled\/n8n.conf:\d+/,
    );
    await assertServes();
    assert.equal(await told(platform.inside("erp", ...invocation("nginx"))), started);
    await assertNothingHalfWritten();
    assert.match(await told(apply(bundle)), /^nothing to change/);
  });

  test("a host that is dead: named with its address, within the time the settings give", async (context) => {
    await actOn(platform, "ocr", "power_off");
    const began = Date.now();
    await assertFails(
      stack.up({ "ssh.giveUpAfterSeconds": 20 }),
      /host-ocr-convergence-apply/,
      /deploy@188\.166\.237\.231:22 after \d+ attempts/,
    );
    context.diagnostic(`given up after ${Math.round((Date.now() - began) / 1000)} s`);
    await assertServes();
    await actOn(platform, "ocr", "power_on");
    await waitUntilWell(platform, [urls.ocr]);
  });

  test("a disk that is full: the file, and nothing has changed", async () => {
    await withFullDisk(platform, "erp", quadlets, async () => {
      await assertFails(
        stack.up(moved),
        /host-erp-convergence-apply/,
        /the disk is full: \/etc\/containers\/systemd\/n8n\.container\S* could not be written, and nothing was changed/,
      );
      await assertServes();
      await assertNothingHalfWritten();
    });
  });

  test("a session that breaks half way: the run ends by itself, and the next one converges", async () => {
    const { mainPid } = await sshd();
    const breaking = [
      `until [ -e ${swapNote} ]; do sleep 0.01; done`,
      // The newest process that serves a session of the deploy user's, and its parent.
      `pid="$(pgrep --newest --full '^sshd-session: deploy')" && kill -KILL "$pid"`,
    ];
    const [broken] = await Promise.all([
      stack.up(moved),
      told(platform.inside("erp", "timeout", "280", "sh", "-c", breaking.join("; "))),
    ]);
    await assertFails(Promise.resolve(broken), /host-erp-convergence-apply/, /connection/);
    assert.equal((await sshd()).mainPid, mainPid);
    await told(stack.up(moved));
    await assertServes();
    await assertNothingHalfWritten();
    assert.equal((await stack.drift()).exitCode, 0);
  });

  test("a service that never becomes healthy: its unit and its last words, and the old one serves again", async (context) => {
    const began = Date.now();
    const said = await assertFails(
      stack.up(impossible),
      /host-erp-convergence-apply/,
      /n8n\.service does not serve: /,
      /the configuration from before is back in place/,
    );
    context.diagnostic(`taken back after ${Math.round((Date.now() - began) / 1000)} s`);
    assert.match(said, /permission denied|address already in use/i);
    await assertServes();
    await assertNothingHalfWritten();
    await told(stack.up());
    await assertServes();
    assert.equal((await stack.drift()).exitCode, 0);
  });

  async function sshd(): Promise<{ mainPid: string }> {
    const words = ["systemctl", "show", "--property=MainPID", "--value", "ssh.service"];
    return { mainPid: await told(platform.inside("erp", ...words)) };
  }
});

const invocation = (unit: string) => ["systemctl", "show", "--property=InvocationID", "--value", unit];
