import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite, test } from "node:test";
import { type SecretRow, secretInventory } from "../../config/derive/secret-inventory.ts";
import { loadConfiguration } from "../../config/load.ts";
import { readStackFile } from "../support/stack-file.ts";

const runbooks = resolve(import.meta.dirname, "../../docs/runbooks");
const textOf = (name: string) => readFileSync(join(runbooks, name), "utf8");
const prod = loadConfiguration(readStackFile("prod"));
const inventory = secretInventory({
  ...prod,
  // One more token opens a zone that is served there too.
  dns: { ...prod.dns, alsoServe: [...prod.dns.alsoServe, "cloudflare"] },
});

/** A name opens nothing, and what is a host's own goes with the host. */
const mayLeak = inventory.filter(({ kind }) => kind !== "name" && kind !== "host's own");

/** Names that commands of a runbook rotate, one by one or by their kind. */
function rotatedBy(commands: string): (row: SecretRow) => boolean {
  const captured = (pattern: RegExp) => new Set([...commands.matchAll(pattern)].map(([, word]) => word));
  const names = captured(/\.\/scripts\/ops rotate ([\w-]+)/g);
  const kinds = captured(/\$\(of_kind ([\w-]+)\)/g);
  return ({ name, kind }) => names.has(name) || kinds.has(kind);
}

suite("the runbooks that rotate secrets", () => {
  test("every secret that can leak is reached by rotate-leaked-secrets.md", () => {
    const isReached = rotatedBy(textOf("rotate-leaked-secrets.md"));
    assert.deepEqual(
      mayLeak.filter((row) => !isReached(row)).map(({ name }) => name),
      [],
    );
  });

  test("what rotate-leaked-secrets.md rotates is there", () => {
    const text = textOf("rotate-leaked-secrets.md");
    const known = new Set(inventory.flatMap(({ name, kind }) => [name, kind]));
    const named = [...text.matchAll(/(?:ops rotate|\$\(of_kind) ([\w-]+)/g)].map(([, word = ""]) => word);
    assert.ok(named.length > 10);
    assert.deepEqual(
      named.filter((word) => !known.has(word)),
      [],
    );
  });

  test("every secret that the stack makes anew stands in rotate-a-secret.md", () => {
    const text = textOf("rotate-a-secret.md");
    const made = mayLeak.filter(({ rotation }) => rotation.by === "turns" || rotation.by === "stack");
    assert.deepEqual(
      made.filter(({ name }) => !text.includes(`\`${name}\``)).map(({ name }) => name),
      [],
    );
  });
});
