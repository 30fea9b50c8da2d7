import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Service } from "../../config/catalogue.ts";
import { Failure } from "../failure.ts";
import { type Revision, readFileAt } from "../git.ts";

const cataloguePath = "config/catalogue.ts";

/**
 * The catalogue as it is at a revision: the apps and their sizes stand there, and a comparison without them would miss
 * what a new service costs. The file imports nothing, so it can be read without the rest of that revision. Reading it
 * runs it, as checking that revision out and looking at it with Pulumi would.
 */
export async function catalogueAt(revision: Revision): Promise<Readonly<Record<string, Service>>> {
  const text = await readFileAt(revision, cataloguePath);
  if (text === undefined) throw unreadable(revision, "there is no such file");
  const folder = mkdtempSync(join(tmpdir(), "catalogue-"));
  try {
    const file = join(folder, "catalogue.ts");
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    writeFileSync(file, text);
    const { catalogue } = await import(pathToFileURL(file).href);
    if (typeof catalogue !== "object" || catalogue === null)
      throw unreadable(revision, "it exports no catalogue");
    return catalogue;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw unreadable(revision, error instanceof Error ? error.message : String(error));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function unreadable({ name }: Revision, reason: string): Failure {
  return new Failure(
    `${cataloguePath} of ${name} cannot be read: ${reason}`,
    "compare with a later revision",
  );
}
