import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parse } from "yaml";
import { renderCloudInit } from "../../components/host/cloud-init.ts";

const userData = renderCloudInit({
  ...{ host: "erp", deployUser: "deploy", administrators: { admin: ["ssh-ed25519 AAAA admin"] } },
  ...{ deployPublicKey: "ssh-ed25519 AAAA key\n", signingPublicKey: "ssh-ed25519 AAAA signing\n" },
});

suite("the user data of a new droplet", () => {
  const config = parse(userData);

  test("is cloud-config with the deploy user, administrators and their keys, and root closed", () => {
    assert.match(userData, /^#cloud-config\n/);
    assert.deepEqual(config.users, [
      {
        ...{ name: "deploy", shell: "/bin/bash", lock_passwd: true },
        ssh_authorized_keys: ["ssh-ed25519 AAAA key"],
      },
      {
        ...{ name: "admin", groups: ["adm", "sudo"], shell: "/bin/bash", lock_passwd: true },
        ssh_authorized_keys: ["ssh-ed25519 AAAA admin"],
      },
    ]);
    assert.equal(config.disable_root, true);
    assert.equal(config.ssh_pwauth, false);
  });

  test("brings what verifies whose documents the host takes, and what each may do as root", () => {
    const files = Object.fromEntries(
      (config.write_files as Record<string, string>[]).map(({ path, permissions, content }) => [
        path,
        [permissions, content],
      ]),
    );
    assert.deepEqual(Object.keys(files), [
      "/usr/local/sbin/converge-signed",
      "/etc/insightpulse/converge-signers",
      "/etc/sudoers.d/insightpulse-deploy",
      "/etc/sudoers.d/insightpulse-administrators",
    ]);
    const signers = 'erp namespaces="insightpulse-converge" ssh-ed25519 AAAA signing\n';
    assert.deepEqual(files["/etc/insightpulse/converge-signers"], ["0644", signers]);
    assert.equal(files["/usr/local/sbin/converge-signed"]?.[0], "0755");
    assert.equal(files["/etc/sudoers.d/insightpulse-deploy"]?.[0], "0440");
  });

  test("leaves no placeholder and stays far under DigitalOcean's 64 KiB", () => {
    assert.doesNotMatch(userData, /\$\{/);
    assert.ok(Buffer.byteLength(userData) < 16 * 1024);
  });
});
