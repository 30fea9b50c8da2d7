import assert from "node:assert/strict";
import { test } from "node:test";
import { registryCredentials } from "../../host/render/registry-credentials.ts";

test("a token opens DigitalOcean's registry as user and as password", () => {
  const { auths } = JSON.parse(registryCredentials("dop_v1_sample"));
  assert.deepEqual(Object.keys(auths), ["registry.digitalocean.com"]);
  const { auth } = auths["registry.digitalocean.com"];
  assert.equal(Buffer.from(auth, "base64").toString(), "dop_v1_sample:dop_v1_sample");
});
