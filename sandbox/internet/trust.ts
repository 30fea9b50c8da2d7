import { readdirSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, readText, writeWhole } from "../engine/files.ts";

const bundleName = "bundle.pem";

/** The file with every certificate that clients in the sandbox must trust, and with no others. */
export const trustBundle = (folder: string): string => join(folder, bundleName);

/**
 * Adds an authority to those that are trusted. Earlier ones stay: what they issued is still served somewhere.
 *
 * @param name of the file it is kept in; a new certificate under the same name takes the old one's place
 */
export function trust(folder: string, name: string, certificate: string): void {
  writeWhole(join(makeFolder(folder), `${name}.crt`), `${certificate.trim()}\n`, 0o644);
  const parts = readdirSync(folder)
    .filter((file) => file.endsWith(".crt"))
    .sort()
    .map((file) => readText(join(folder, file)) ?? "");
  writeWhole(trustBundle(folder), parts.join(""), 0o644);
}
