import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { shellExports } from "../../sandbox/cli/exports.ts";
import { shellQuote } from "../../sandbox/engine/quote.ts";

const awkward = [
  "plain",
  "",
  "two words",
  "it's",
  '$HOME `id` "quoted"',
  "a\nb",
  "\\",
  "*",
  "~",
  "#x",
  "-n",
  "é",
];

test("every text survives a shell as one word", () => {
  for (const text of awkward) {
    const seen = execFileSync("sh", ["-c", `printf %s ${shellQuote(text)}`], { encoding: "utf8" });
    assert.equal(seen, text);
  }
});

test("the exports put our folders first on PATH, set each variable and forget what would override them", () => {
  const lines = shellExports({ path: ["/with space/bin", "/b"], variables: { ONE: "it's $1", TWO: "2" } });
  const script = `eval "$1"; printf '%s\\n' "$PATH" "$ONE" "$TWO" "\${PULUMI_CONFIG_PASSPHRASE-unset}"`;
  const seen = execFileSync("/bin/sh", ["-c", script, "sh", lines], {
    encoding: "utf8",
    env: { PATH: "/usr/bin", PULUMI_CONFIG_PASSPHRASE: "the user's own" },
  });
  assert.deepEqual(seen.trimEnd().split("\n"), ["/with space/bin:/b:/usr/bin", "it's $1", "2", "unset"]);
});
