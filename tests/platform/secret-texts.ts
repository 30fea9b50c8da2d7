import assert from "node:assert/strict";
import { appType } from "../../operations/stack/apps.ts";
import { opened, revealed } from "../../operations/stack/opened.ts";
import type { Platform } from "./support.ts";

/** Every secret of production's configuration and state that is long enough to be looked for. */
export async function secretTexts({ account }: Pick<Platform, "account">): Promise<string[]> {
  const { stdout } = await account.pulumi("prod", "stack", "export", "--show-secrets");
  const own = account.secrets("prod");
  // The id of an OAuth client stands in the address of every sign-in, for everybody to see.
  const known = new Set(Object.entries(own).flatMap(([name, id]) => (/ClientId$/.test(name) ? [id] : [])));
  const { resources } = JSON.parse(stdout).deployment as { resources: { readonly type: string }[] };
  const kept = resources.flatMap((resource) =>
    // One SECRET variable makes secrets of an app's whole components, and of what anybody may read in them.
    resource.type === appType ? secretVariablesIn(opened(resource)) : secretsIn(resource),
  );
  const plain = [...kept, ...Object.values(own)].filter(
    // Whom an alert reaches is sealed together with Slack's address.
    (text) => !known.has(text) && !/^[\w.+-]+@[\w.-]+$/.test(text),
  );
  // Whole bundles are secrets too. Keys have many lines: the last one with something in it is enough.
  const lines = plain.map((text) => (text.startsWith("-----BEGIN") ? lastLineOf(text) : text));
  const texts = [...new Set(lines)].filter((text) => text.length >= 16 && text.length <= 256);
  assert.ok(texts.length >= 10, `${texts.length} secrets`);
  return texts;
}

/** Texts that the engine keeps as secrets, from an export that shows them. */
function secretsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const secret = revealed(value);
  if (secret !== undefined) return textsIn(secret.value);
  return Object.values(value).flatMap(secretsIn);
}

/** The values of an app's variables that are of the type SECRET. */
function secretVariablesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const variable = value as { type?: unknown; value?: unknown };
  return variable.type === "SECRET"
    ? textsIn(variable.value)
    : Object.values(value).flatMap(secretVariablesIn);
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function lastLineOf(key: string): string {
  return key.split("\n").findLast((line) => /^[^-]/.test(line)) ?? assert.fail("a key without lines");
}
