import { z } from "zod";
import { readJson, readText, writeJson } from "./files.ts";
import { environmentPaths } from "./paths.ts";
import type { Sandbox } from "./sandbox.ts";
import { plainSettings } from "./stack-config.ts";

const keptSchema = z.array(
  z.object({
    /** Keys from the configuration's root on. */
    path: z.array(z.string()),
    /** Left out where the setting was taken away. */
    value: z.unknown().optional(),
  }),
);

/** A setting that commands have changed in the sandbox's own file, and its operator has committed. */
export type KeptSetting = z.output<typeof keptSchema>[number];

/**
 * Does work whose commands edit the settings (`pulumi config set`, a rotation's count), and keeps these edits for all later
 * runs, as a commit would: the sandbox writes its file anew from the repository's each time, and a platform that has
 * followed an edit could not follow its being taken back. It keeps them also when the work fails half way.
 */
export async function keepingSettings<T>(
  { state }: Pick<Sandbox, "state">,
  environment: string,
  work: () => Promise<T>,
): Promise<T> {
  const { config, keptSettings } = environmentPaths(state.root, environment);
  const before = readText(config) ?? "";
  try {
    return await work();
  } finally {
    const edits = settingsChanged(before, readText(config) ?? "");
    if (edits.length > 0) {
      const earlier = keptIn(keptSettings).filter(
        ({ path }) => !edits.some((edit) => isBelow(path, edit.path)),
      );
      writeJson(keptSettings, [...earlier, ...edits]);
    }
  }
}

/** The edits that were kept, in the order in which they are to be made. */
export function keptIn(file: string): KeptSetting[] {
  return keptSchema.safeParse(readJson(file)).data ?? [];
}

/** What differs between two settings files, but for their secrets: the smallest edits that make one the other. */
export function settingsChanged(before: string, after: string): KeptSetting[] {
  return changes([], plainSettings(before), plainSettings(after));
}

function changes(path: readonly string[], before: unknown, after: unknown): KeptSetting[] {
  if (written(before) === written(after)) return [];
  if (!isRecord(before) || !isRecord(after)) {
    return [{ path: [...path], ...(after === undefined ? {} : { value: after }) }];
  }
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    changes([...path, key], before[key], after[key]),
  );
}

/** The engine writes numbers and truth values as text, which makes them no other settings. */
function written(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, part) =>
    typeof part === "number" || typeof part === "boolean" ? String(part) : part,
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isBelow = (path: readonly string[], above: readonly string[]) =>
  above.every((key, index) => path[index] === key);
