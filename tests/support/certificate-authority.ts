import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Authority } from "../../sandbox/internet/authority.ts";

/** Certificate of an authority that was made for this run, as PEM text. */
export const certificateAuthority = await make();

async function make(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "authority-"));
  const { certificate } = await Authority.open(folder);
  rmSync(folder, { recursive: true });
  return certificate;
}
