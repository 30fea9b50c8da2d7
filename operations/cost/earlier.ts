import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../environments.ts";
import { Failure } from "../failure.ts";
import { extractAt, type Revision } from "../git.ts";
import type { Catalogue } from "./bills.ts";

/**
 * The catalogue as it is at a revision: the apps and their sizes stand there, and a comparison without them would miss
 * what a new service costs. Reading it runs that revision's `config/`, as checking it out and looking at it with Pulumi
 * would; it imports nothing from outside but packages.
 */
export async function catalogueAt(revision: Revision): Promise<Catalogue> {
  const folder = mkdtempSync(join(tmpdir(), "earlier-"));
  try {
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    await extractAt(revision, "config", folder);
    const { catalogue } = await import(pathToFileURL(join(folder, "config/catalogue.ts")).href);
    if (typeof catalogue !== "object" || catalogue === null) throw new Error("it exports no catalogue");
    return catalogue;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(
      `config/catalogue.ts of ${revision.name} cannot be read: ${reason.replaceAll(`${folder}/`, "")}`,
      "compare with a later revision",
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
