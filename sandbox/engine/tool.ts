import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { z } from "zod";

/** Ways in which a program came to this machine. */
export const origins = [
  "found on PATH",
  "downloaded",
  "built from source",
  "cached, downloaded",
  "cached, built from source",
] as const;

/** A program the sandbox needs, and how it was obtained. */
export const toolSchema = z.object({
  /** Folder of the executable, and of those that belong beside it. */
  folder: z.string(),
  version: z.string(),
  origin: z.enum(origins),
});

/** A program the sandbox needs, and how it was obtained. */
export type Tool = z.infer<typeof toolSchema>;

/** Told what is happening right now; a person sees the last line. */
export type Report = (line: string) => void;

/** Whether there is an executable file at `path`. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The folder in `searchPath` where `name` is found first, leaving out what lies in `except`. */
export function findOnPath(name: string, searchPath: string | undefined, except: string): string | undefined {
  return (searchPath ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "" && !`${resolve(folder)}/`.startsWith(`${except}/`))
    .find((folder) => isExecutable(join(folder, name)));
}
