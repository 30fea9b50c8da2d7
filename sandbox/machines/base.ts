import { join } from "node:path";
import { readText } from "../engine/files.ts";
import type { Report } from "../engine/tool.ts";
import { obtainDebianRoot } from "./debian-root.ts";

const folder = join(import.meta.dirname, "base");

/** The root that all machines start from, as an installed Debian system in a folder. */
export interface BaseRoot {
  readonly folder: string;
  readonly origin: "cached" | "installed";
}

/** The packages in a list with one per line, comments left out. */
export function parsePackages(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
}

/** The root from the user's cache, installed first if what it is made of has changed. */
export async function obtainBase(cache: string, report: Report): Promise<BaseRoot> {
  const root = {
    ...{ part: "machines", prefix: "base", hook: join(folder, "configure.sh") },
    packages: parsePackages(readText(join(folder, "packages.txt")) ?? ""),
    options: ["--variant=apt", "--dpkgopt=path-include=/usr/share/doc/*/copyright"],
  };
  const { folder: found, isNew } = await obtainDebianRoot(root, cache, report);
  return { folder: found, origin: isNew ? "installed" : "cached" };
}
