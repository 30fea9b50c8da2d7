import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { ConvergedHost } from "../../operations/hosts/stack.ts";
import { testSigningKey } from "../support/signing-key.ts";
import { PlatformStack } from "./stack.ts";
import { Platform, type Said, skip, told } from "./support.ts";

const endOfSignature = "-----END SSH SIGNATURE-----\n";
const apply = "sudo -n /usr/local/sbin/converge-signed apply";
/** What an attacker's program would leave behind as root. */
const loot = "/root/attacked";

describe("whoever has the deploy key of production's hosts", { skip, concurrency: false }, () => {
  let platform: Platform;
  let erp: ConvergedHost;
  let ocr: ConvergedHost;
  before(async () => {
    platform = await Platform.shared();
    const stack = await PlatformStack.of(platform);
    [erp, ocr] = [await stack.host("erp"), await stack.host("ocr")];
    assert.equal(erp.user, "deploy");
  });
  after(() => platform?.close());

  /** A command on the ERP host by the deploy key, as `./scripts/ops` and the engine give it one. */
  const asDeploy = (command: string, input = "") =>
    platform.insideWith(input, "erp", "runuser", "-u", "deploy", "--", "sh", "-c", command);
  const asRoot = (command: string) => platform.inside("erp", "sh", "-c", command);

  async function assertRefused(said: Promise<Said>, why: RegExp, what: string): Promise<void> {
    const { exitCode, text } = await said;
    assert.notEqual(exitCode, 0, `${what} was done:\n${text}`);
    assert.match(text, why, what);
  }

  async function assertNothingLooted(): Promise<void> {
    assert.equal((await asRoot(`test ! -e ${loot}`)).exitCode, 0, "root has run the attacker's program");
  }

  test("becomes root by no command of its own, and an administrator does", async () => {
    for (const command of [
      ...["id", "bash -c id", `touch ${loot}`, "systemctl restart odoo", "cat /etc/shadow"],
      ...["converge check", "converge rollback", "python3 -c 'import os; os.system(\"id\")'"],
      ...["/usr/local/sbin/converge-signed", "/usr/local/sbin/converge-signed apply --help"],
      ...["insightpulse-backup take --as-of 2099-01-01T00:00:00Z", "insightpulse-backup forget-scratch"],
      ...["insightpulse-backup prove --at 2026-01-01T00:00:00Z --as-of 2099-01-01T00:00:00Z"],
      ...["apt-get install --yes netcat-openbsd", "env sh -c id", "-u svc-odoo id", "-s", "-i"],
    ])
      await assertRefused(asDeploy(`sudo -n ${command}`), /password is required|not allowed/, command);
    await assertNothingLooted();
    assert.equal(await told(platform.on("erp", "sudo", "-n", "id", "--user")), "0");
  });

  test("is in no group of others, and owns nothing outside its home", async () => {
    assert.equal(await told(asDeploy("id --groups --name")), "deploy");
    const found = await told(
      // What programs of the host make and remove meanwhile is nobody's fault.
      asRoot(
        "find / -xdev -ignore_readdir_race -user deploy -not -path '/home/deploy*' -not -path '/proc/*'",
      ),
    );
    assert.equal(found, "");
    for (const command of [
      ...["ls /etc/insightpulse/secrets", "ls /var/lib/insightpulse/converge", "ls /var/lib/odoo"],
      "cat /etc/shadow",
    ])
      await assertRefused(asDeploy(command), /Permission denied/, command);
  });

  test("has applied what the stack has signed for this host: that is what it is for", async () => {
    assert.match(await told(asDeploy(apply, erp.signed)), /^nothing to change/m);
    assert.equal(await told(asDeploy(apply.replace("apply", "check"), erp.signed)), "[]");
  });

  test("has nothing applied that was changed on its way, is another host's, or that somebody else signed", async () => {
    const [signature = "", document = ""] = halves(erp.signed);
    const [otherSignature = ""] = halves(ocr.signed);
    const evil = JSON.stringify({ ...JSON.parse(document), bootstrap: `open("${loot}", "w")` });
    const attempts: Readonly<Record<string, string>> = {
      "another program": `${signature}${evil}`,
      "one letter": erp.signed.replace("PermitRootLogin no", "PermitRootLogin No"),
      "something behind the end": `${erp.signed}\n`,
      "the signature of another document": `${otherSignature}${document}`,
      "a signature by another key": testSigningKey().signed(evil),
      "no signature": evil,
      "a signature without its end": erp.signed.replace(endOfSignature, ""),
      "half of it": erp.signed.slice(0, erp.signed.length / 2),
      nothing: "",
    };
    const applied = await told(asRoot("sha256sum /var/lib/insightpulse/converge/current.json"));
    for (const task of ["apply", "check"])
      for (const [what, input] of Object.entries(attempts)) {
        const said = asDeploy(apply.replace("apply", task), input);
        await assertRefused(
          said,
          /^error: .* not signed by the stack.*changed on its way.*Nothing was changed/,
          what,
        );
      }
    await assertRefused(
      asDeploy(apply, ocr.signed),
      /not signed by the stack|this host is erp/,
      "another host's",
    );
    await assertNothingLooted();
    assert.equal(await told(asRoot("sha256sum /var/lib/insightpulse/converge/current.json")), applied);
  });

  test("puts no modules of its own under what root runs for it", async () => {
    const evil = `import os; os.path.exists("/root") and open("${loot}", "w")`;
    const names = ["json", "tempfile", "subprocess", "argparse"].map((name) => `${name}.py`);
    await told(asDeploy(`mkdir -p ~/evil/backup ~/evil/converge ~/evil/watch`));
    const packages = ["backup", "converge", "watch"].map((name) => `${name}/__init__.py`);
    for (const file of [...names, ...packages]) await told(asDeploy(`cat >~/evil/${file}`, evil));
    try {
      const programs = [
        "insightpulse-backup list",
        "insightpulse-watch latency --days 1",
        "insightpulse-watch facts",
      ];
      for (const command of [apply, ...programs.map((program) => `sudo -n /usr/local/sbin/${program}`)])
        await asDeploy(`cd ~/evil && PYTHONPATH=. ${command}`, "");
      await assertNothingLooted();
      // The same from there without the step to /, as a program would be that forgot it.
      await asRoot("cd /home/deploy/evil && python3 -m backup list");
      assert.equal((await asRoot(`test -e ${loot}`)).exitCode, 0, "what lies there would have been run");
    } finally {
      await told(asRoot(`rm -rf /home/deploy/evil ${loot}`));
    }
  });

  test("gets no folder of root's by a link in the place of its own", async () => {
    const target = "/var/lib/attack-target";
    await told(asRoot(`mkdir -m 0755 ${target}`));
    try {
      await told(asDeploy(`mv ~/.ssh ~/.ssh-aside && ln -s ${target} ~/.ssh`));
      await assertRefused(
        asDeploy(apply, erp.signed),
        /\.ssh is a symbolic link, and has to be a folder/,
        "the link",
      );
      assert.equal(await told(asRoot(`stat --format '%U %a' ${target}`)), "root 755");
    } finally {
      await told(
        asRoot(`rm -f /home/deploy/.ssh && mv /home/deploy/.ssh-aside /home/deploy/.ssh; rm -r ${target}`),
      );
    }
    await told(asDeploy(apply, erp.signed));
  });

  test("finds no terminal and no way through the host, where an administrator finds both", async () => {
    const settings = async (user: string) =>
      (await told(asRoot(`sshd -T -C user=${user},host=x,addr=198.18.0.1`))).split("\n");
    const closed = [
      "permittty no",
      "permituserrc no",
      "allowtcpforwarding no",
      "allowstreamlocalforwarding no",
    ];
    const [deploy, administrator] = [await settings("deploy"), await settings("administrator")];
    for (const line of closed) {
      assert.ok(deploy.includes(line), line);
      assert.ok(!administrator.includes(line), line);
    }
  });
});

/** The signature with its end, and what it stands before. */
function halves(signed: string): [string, string] {
  const at = signed.indexOf(endOfSignature) + endOfSignature.length;
  return [signed.slice(0, at), signed.slice(at)];
}
