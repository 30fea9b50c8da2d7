import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { execa } from "execa";
import { parse } from "yaml";
import { Platform, skip, told } from "./support.ts";

describe("Odoo's modules on production's ERP host", { skip, concurrency: false }, () => {
  let platform: Platform;
  let pinned: string;
  before(async () => {
    platform = await Platform.shared();
    const { config } = parse(readFileSync(join(platform.folder, "prod/Pulumi.prod.yaml"), "utf8"));
    pinned = config["insightpulse:odoo"].addons.commit;
  });
  after(() => platform?.close());

  const onHost = (script: string) => told(platform.inside("erp", "sh", "-c", script));
  const head = () => onHost("git -C /opt/odoo rev-parse HEAD");
  const odoo = () => onHost("systemctl show odoo --property MainPID --value");

  test("are a git checkout at the pinned commit, and in Odoo's container", async () => {
    assert.equal(await head(), pinned);
    assert.equal(await onHost("git -C /opt/odoo status --porcelain"), "");
    assert.match(await onHost("cat /opt/odoo/sandbox_stand_in/__manifest__.py"), /name/);
    assert.match(await onHost("grep addons_path /etc/insightpulse/secrets/odoo.conf"), /\/mnt\/extra-addons/);
    const seen =
      "cat /proc/$(systemctl show odoo -p MainPID --value)/task/*/children | tr ' ' '\\n' | head -n 1";
    assert.equal(await onHost(`ls /proc/$(${seen})/root/mnt/extra-addons`), await onHost("ls /opt/odoo"));
  });

  test("follow the commit that is pinned next, and the one before comes back", async () => {
    const [next, before] = [await commitMore(), await odoo()];
    // What the stack would send: the bundle of now, with the other commit in it.
    await onHost(
      `sed 's/"commit": *"${pinned}"/"commit":"${next}"/' /var/lib/insightpulse/converge/current.json | converge apply`,
    );
    try {
      assert.equal(await head(), next);
      assert.equal(await onHost("cat /opt/odoo/next/__init__.py"), "# The next release.");
      assert.notEqual(await odoo(), before);
      assert.match(await onHost("git -C /opt/odoo log --oneline"), /\n/);
      await told(platform.curl("--fail", "https://erp.insightpulseai.net/web/health"));
    } finally {
      await onHost("converge rollback");
    }
    assert.equal(await head(), pinned);
    assert.equal(await onHost("converge check"), "everything is as the bundle says");
  });

  /** Makes a commit on top of the pinned one, in the repository the world has. */
  async function commitMore(): Promise<string> {
    const repository = join(platform.folder, "internet/repositories/odoo-addons.git");
    const content = "# The next release.\n";
    const input = [
      "commit refs/heads/next",
      "committer Sandbox <sandbox@stand-in.invalid> 1735693200 +0000",
      "data 5\nNext\n",
      `from ${pinned}`,
      `M 100644 inline next/__init__.py\ndata ${content.length}\n${content}`,
      "",
    ].join("\n");
    await execa("git", ["--git-dir", repository, "fast-import", "--quiet", "--force"], { input });
    const { stdout } = await execa("git", ["--git-dir", repository, "rev-parse", "refs/heads/next"]);
    return stdout;
  }
});
