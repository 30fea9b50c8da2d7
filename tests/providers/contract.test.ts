import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { cloudflare } from "../../sandbox/providers/cloudflare/index.ts";
import { command } from "../../sandbox/providers/command/index.ts";
import { digitalocean } from "../../sandbox/providers/digitalocean/index.ts";
import type { Properties } from "../../sandbox/providers/framework/properties.ts";
import { random } from "../../sandbox/providers/random/index.ts";
import { tls } from "../../sandbox/providers/tls/index.ts";

const require = createRequire(import.meta.url);

// Of the newer SDKs, or left out on purpose.
const knownGaps: Record<string, string[]> = {
  "command:local:Command": ["archive", "archivePaths", "assetPaths", "assets"],
};
const notInThisSdk = ["command:remote:CopyToRemote"];

interface Shape {
  token: string;
  inputs: Properties;
  outputs: Properties;
}

const shapes: Shape[] = [cloudflare, command, digitalocean, random, tls].flatMap(
  ({ resources }): Shape[] => resources,
);

/** What the SDK's class for a resource sends as inputs, and expects as outputs. */
function sdkShape(token: string): { inputs: string[]; outputs: string[] } {
  const [name = "", place = "", type = ""] = token.split(":");
  const folder = dirname(require.resolve(`@pulumi/${name}/package.json`));
  const file = place.startsWith("index/")
    ? place.slice(6)
    : `${place}/${type[0]?.toLowerCase()}${type.slice(1)}`;
  const source = readFileSync(join(folder, `${file}.js`), "utf8");
  const names = (pattern: RegExp): string[] => [
    ...new Set([...source.matchAll(pattern)].map(([, found = ""]) => found)),
  ];
  const inputs = names(/resourceInputs\["(\w+)"\] = (?:\(?args|args\?|pulumi\.output\(\(?args)/g);
  const everything = names(/resourceInputs\["(\w+)"\]/g);
  return { inputs, outputs: everything.filter((property) => !inputs.includes(property)) };
}

describe("a stand-in knows every property its SDK knows", () => {
  for (const { token, inputs, outputs } of shapes.filter((shape) => !notInThisSdk.includes(shape.token))) {
    test(token, () => {
      const sdk = sdkShape(token);
      const gaps = knownGaps[token] ?? [];
      assert.ok(sdk.inputs.length > 0);
      assert.deepEqual(
        sdk.inputs.filter((name) => !(name in inputs) && !gaps.includes(name)),
        [],
      );
      assert.deepEqual(
        sdk.outputs.filter((name) => !(name in { ...inputs, ...outputs }) && !gaps.includes(name)),
        [],
      );
    });
  }
});
