import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ofType, recordRegistrations, settled, unwrap } from "../support/mocks.ts";

const registrations = recordRegistrations();
const { activeAddress } = await import("../../components/host/active-address.ts");
const { renderCloudInit } = await import("../../components/host/cloud-init.ts");
const { DropletHost } = await import("../../components/host/droplet-host.ts");

const droplets = "digitalocean:index/droplet:Droplet";
const args = {
  dropletName: "ipai-test",
  region: "sfo2",
  size: "s-2vcpu-4gb",
  image: "ubuntu-24-04-x64",
  vpcId: "vpc",
  tags: ["one"],
  ...{ host: "test", deployUser: "deploy", administrators: {}, signingPublicKey: "ssh-ed25519 BBBB" },
  deployKey: { publicKey: "ssh-ed25519 AAAA", keyId: "1" },
};

suite("a host", () => {
  test("is one droplet, watched, with nothing that cannot be undone switched on", async () => {
    const host = new DropletHost("plain", args);
    assert.equal(await unwrap(host.publicAddress), "203.0.113.10");
    await settled();
    const droplet = ofType(registrations, droplets)["plain-droplet"];
    assert.deepEqual(droplet?.inputs, {
      name: "ipai-test",
      region: "sfo2",
      size: "s-2vcpu-4gb",
      image: "ubuntu-24-04-x64",
      vpcUuid: "vpc",
      tags: ["one"],
      userData: renderCloudInit({
        ...{ host: "test", deployUser: "deploy", administrators: {} },
        ...{ deployPublicKey: "ssh-ed25519 AAAA", signingPublicKey: "ssh-ed25519 BBBB" },
      }),
      sshKeys: ["1"],
      resizeDisk: false,
      backups: false,
      ipv6: false,
      monitoring: true,
    });
    assert.equal(registrations.filter(({ name }) => name.startsWith("plain-")).length, 1);
  });

  test("answers on its reserved address when it has one", async () => {
    const host = new DropletHost("reserved", { ...args, reservedIp: true });
    assert.equal(await unwrap(host.publicAddress), "203.0.113.99");
  });

  test("that never became active has no address, but two ways out with their commands", () => {
    const droplet = { address: "203.0.113.10", id: "7", urn: "urn:pulumi:prod::a::b::host" };
    assert.equal(activeAddress({ ...droplet, status: "active" }), "203.0.113.10");
    assert.equal(activeAddress({ ...droplet, status: "off" }), "203.0.113.10");
    const replace = `pulumi state unprotect '${droplet.urn}' && pulumi up --replace '${droplet.urn}'`;
    const ways = /^Droplet 7 has not become active\. .*: pulumi up --refresh\. .*: (pulumi state .*)$/;
    assert.throws(
      () => activeAddress({ ...droplet, status: "new" }),
      ({ message }: Error) => ways.exec(message)?.[1] === replace,
    );
  });

  test("takes a live droplet over by its id", async () => {
    const host = new DropletHost("adopted", { ...args, importId: "527891549" });
    await unwrap(host.dropletId);
    assert.equal(ofType(registrations, droplets)["adopted-droplet"]?.id, "527891549");
  });
});
