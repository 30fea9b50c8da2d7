import { readFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import type { ConfigurationSource } from "../../config/load.ts";
import { secrets } from "../../config/secrets.ts";

/** A stack file as the program sees it: keys without the project's prefix, every secret set. */
export function readStackFile(stack: string): ConfigurationSource & { values: Record<string, unknown> } {
  const text = readFileSync(new URL(`../../Pulumi.${stack}.yaml`, import.meta.url), "utf8");
  const { config } = parse(text) as { config: Record<string, unknown> };
  const values = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace(/^insightpulse:/, ""), value]),
  );
  return { stack, values, secretKeys: new Set(secrets.map(({ name }) => name)) };
}

/** The text of a settings file with values changed, by path below the project's prefix; `undefined` removes one. */
export function editSettings(text: string, edits: Readonly<Record<string, unknown>>): string {
  const document = parse(text);
  for (const [path, value] of Object.entries(edits)) setPath(document.config, `insightpulse:${path}`, value);
  return stringify(document);
}

/** Sets a key by its path, as `pulumi config set --path` does; `undefined` removes it. */
export function setPath(values: Record<string, unknown>, path: string, value: unknown): void {
  const steps = path.split(/\.|\[(\d+)\]\.?/).filter((step) => step !== undefined && step !== "");
  const last = steps.pop();
  if (last === undefined) throw new Error("a path has at least one step");
  let parent = values;
  for (const step of steps) {
    parent[step] ??= {};
    parent = parent[step] as Record<string, unknown>;
  }
  if (value === undefined) delete parent[last];
  else parent[last] = value;
}
