import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ResourceValidationArgs, ResourceValidationPolicy, StackValidationArgs } from "@pulumi/policy";
import { dataIsProtected } from "../../policy/rules/data-is-protected.ts";
import { imagesArePinned } from "../../policy/rules/images-are-pinned.ts";
import { zoneIsProtected } from "../../policy/rules/zone-is-protected.ts";

/** What a rule says of one resource. */
async function violations(
  { validateResource }: ResourceValidationPolicy,
  resource: {
    type: string;
    name?: string;
    stack?: string;
    props?: Record<string, unknown>;
    protect?: boolean;
  },
): Promise<string[]> {
  const { type, name = "thing", stack = "prod", props = {}, protect = false } = resource;
  const said: string[] = [];
  const urn = `urn:pulumi:${stack}::insightpulse::${type}::${name}`;
  const args = { type, urn, name, props, opts: { protect } } as unknown as ResourceValidationArgs;
  assert.ok(typeof validateResource === "function");
  await validateResource(args, (message) => said.push(message));
  return said;
}

suite("data-is-protected", () => {
  const type = "digitalocean:index/droplet:Droplet";

  test("refuses an unprotected droplet in prod and staging, naming it", async () => {
    for (const stack of ["prod", "staging"]) {
      const said = await violations(dataIsProtected, { type, stack });
      assert.match(said.join(), /thing .*is not protected/);
    }
  });

  test("accepts a protected one, one that is thrown away, and what holds no data", async () => {
    assert.deepEqual(await violations(dataIsProtected, { type, protect: true }), []);
    assert.deepEqual(await violations(dataIsProtected, { type, stack: "feature-invoices" }), []);
    assert.deepEqual(await violations(dataIsProtected, { type: "digitalocean:index/tag:Tag" }), []);
  });

  test("knows a key that opens stored credentials from a database password, which is made anew", async () => {
    const password = "random:index/randomPassword:RandomPassword";
    const [key, login] = ["generated-n8n-encryption-key", "database-role-n8n"];
    assert.equal((await violations(dataIsProtected, { type: password, name: key })).length, 1);
    assert.deepEqual(await violations(dataIsProtected, { type: password, name: login }), []);
  });
});

suite("zone-is-protected", () => {
  const violationsOf = async (zones: Readonly<Record<string, boolean>>, stack = "prod") => {
    const resources = Object.entries(zones).map(([type, protect]) => ({
      type,
      urn: `urn:pulumi:${stack}::insightpulse::${type}::dns-zone`,
      name: "dns-zone",
      opts: { protect },
    }));
    const said: string[] = [];
    const args = { resources } as unknown as StackValidationArgs;
    await zoneIsProtected.validateStack(args, (message) => said.push(message));
    return said;
  };
  const [ocean, flare] = ["digitalocean:index/domain:Domain", "cloudflare:index/zone:Zone"];

  test("refuses a zone nobody protects, naming it", async () => {
    assert.match((await violationsOf({ [ocean]: false })).join(), /dns-zone \(digitalocean:/);
    assert.match((await violationsOf({ [ocean]: false, [flare]: false }, "staging")).join(), /cloudflare:/);
  });

  test("accepts a second one beside a protected one, none, and one that is thrown away", async () => {
    assert.deepEqual(await violationsOf({ [ocean]: true, [flare]: false }), []);
    assert.deepEqual(await violationsOf({}), []);
    assert.deepEqual(await violationsOf({ [ocean]: false }, "feature-invoices"), []);
  });
});

suite("images-are-pinned", () => {
  const type = "digitalocean:index/app:App";
  const app = (image: object) => ({ type, props: { spec: { services: [{ name: "web", image }] } } });

  test("refuses a moving tag and no tag at all", async () => {
    assert.match(
      (await violations(imagesArePinned, app({ tag: "latest" }))).join(),
      /image of web is latest/,
    );
    assert.match((await violations(imagesArePinned, app({}))).join(), /untagged/);
  });

  test("accepts a version, a digest, and an app built from source", async () => {
    assert.deepEqual(await violations(imagesArePinned, app({ tag: "4.1.1" })), []);
    assert.deepEqual(await violations(imagesArePinned, app({ digest: "sha256:0" })), []);
    assert.deepEqual(
      await violations(imagesArePinned, { type, props: { spec: { services: [{ name: "web" }] } } }),
      [],
    );
    assert.deepEqual(await violations(imagesArePinned, { type }), []);
  });
});
