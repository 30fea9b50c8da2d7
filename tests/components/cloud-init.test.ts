import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parse } from "yaml";
import { renderCloudInit } from "../../components/host/cloud-init.ts";

const userData = renderCloudInit({ deployUser: "deploy", deployPublicKey: "ssh-ed25519 AAAA key\n" });

suite("the user data of a new droplet", () => {
  test("is cloud-config with the deploy user, the key and packages, and root closed", () => {
    assert.match(userData, /^#cloud-config\n/);
    const config = parse(userData);
    assert.equal(config.users.length, 1);
    assert.equal(config.users[0].name, "deploy");
    assert.deepEqual(config.users[0].ssh_authorized_keys, ["ssh-ed25519 AAAA key"]);
    assert.equal(config.disable_root, true);
    assert.equal(config.ssh_pwauth, false);
  });

  test("leaves no placeholder and stays far under DigitalOcean's 64 KiB", () => {
    assert.doesNotMatch(userData, /\$\{/);
    assert.ok(Buffer.byteLength(userData) < 4096);
  });
});
