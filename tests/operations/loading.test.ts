import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { root } from "../../operations/environments.ts";

/** Prints what is loaded from packages, one name a line. */
const hooks = `
  import { registerHooks } from "node:module";
  import { writeSync } from "node:fs";
  registerHooks({
    load(url, context, next) {
      const name = /.*\\/node_modules\\/(@[^/]+\\/[^/]+|[^/]+)/.exec(url)?.[1];
      if (name) writeSync(2, "loaded " + name + "\\n");
      return next(url, context);
    },
  });`;

test("what only some commands need is loaded by no other: buckets, mail, seals", async () => {
  const preload = `data:text/javascript,${encodeURIComponent(hooks)}`;
  const words = ["--import", preload, join(root, "operations/cli/main.ts"), "cost", "staging", "--json"];
  const { stderr } = await execa(process.execPath, words);
  const loaded = new Set(stderr.match(/(?<=^loaded ).*$/gm));
  assert.ok(loaded.has("commander"), stderr);
  assert.deepEqual(
    ["@aws-sdk/client-s3", "nodemailer", "age-encryption"].filter((name) => loaded.has(name)),
    [],
  );
});
