import * as command from "@pulumi/command";
import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";

const config = new pulumi.Config();
const key = new tls.PrivateKey("key", { algorithm: "ED25519" });
const password = new random.RandomPassword("password", { length: 24 });
const sshKey = new digitalocean.SshKey("deploy", { publicKey: key.publicKeyOpenssh });
const network = new digitalocean.Vpc("network", { region: "sfo2", ipRange: "10.77.0.0/24" });
const droplet = new digitalocean.Droplet("host", {
  image: "ubuntu-24-04-x64",
  region: "sfo2",
  size: config.require("size"),
  sshKeys: [sshKey.fingerprint],
  userData: pulumi.interpolate`#cloud-config\n# ${password.result}\n`,
  vpcUuid: network.id,
});
const zone = new digitalocean.Domain("zone", { name: "stand-ins.example" });
const record = new digitalocean.DnsRecord("record", {
  domain: zone.id,
  name: "host",
  type: "A",
  value: droplet.ipv4Address,
  ttl: 300,
});
const app = new digitalocean.App("app", {
  spec: {
    name: "stand-ins",
    region: "sfo",
    services: [
      {
        name: "web",
        image: { registryType: "DOCKER_HUB", registry: "library", repository: "nginx", tag: "1.29" },
        httpPort: 80,
        // The service fills in the number, and the provider takes what was not declared for drift.
        instanceCount: 1,
        instanceSizeSlug: "apps-s-1vcpu-0.5gb",
        envs: [{ key: "TOKEN", value: config.requireSecret("token"), type: "SECRET", scope: "RUN_TIME" }],
      },
    ],
  },
});
// The live droplet has another tag, and neither user data nor keys can be read back.
const adopted = new digitalocean.Droplet(
  "adopted",
  {
    name: "ipai-odoo-erp",
    image: "ubuntu-24-04-x64",
    region: "sfo2",
    size: "s-2vcpu-4gb",
    tags: ["adopted"],
    userData: "#cloud-config\n",
    sshKeys: [sshKey.fingerprint],
  },
  {
    import: "527891549",
    ignoreChanges: ["userData", "sshKeys", "image", "monitoring"],
    retainOnDelete: true,
  },
);
const greeting = new command.local.Command("greeting", { create: pulumi.interpolate`echo ${record.fqdn}` });

export const appId = app.id;
export const adoptedId = adopted.id;
export const fqdn = greeting.stdout;
