import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { dataIsProtected } from "../../policy/rules/data-is-protected.ts";
import { imagesArePinned } from "../../policy/rules/images-are-pinned.ts";

/** What a rule says of one resource. */
async function violations(
  { validateResource }: ResourceValidationPolicy,
  resource: { type: string; stack?: string; props?: Record<string, unknown>; protect?: boolean },
): Promise<string[]> {
  const { type, stack = "prod", props = {}, protect = false } = resource;
  const said: string[] = [];
  const urn = `urn:pulumi:${stack}::insightpulse::${type}::thing`;
  const args = { type, urn, name: "thing", props, opts: { protect } } as unknown as ResourceValidationArgs;
  assert.ok(typeof validateResource === "function");
  await validateResource(args, (message) => said.push(message));
  return said;
}

suite("data-is-protected", () => {
  const type = "digitalocean:index/droplet:Droplet";

  test("refuses an unprotected droplet in prod, naming it", async () => {
    assert.match((await violations(dataIsProtected, { type })).join(), /thing .*is not protected/);
  });

  test("accepts a protected one, one in staging, and what holds no data", async () => {
    assert.deepEqual(await violations(dataIsProtected, { type, protect: true }), []);
    assert.deepEqual(await violations(dataIsProtected, { type, stack: "staging" }), []);
    assert.deepEqual(await violations(dataIsProtected, { type: "digitalocean:index/tag:Tag" }), []);
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
