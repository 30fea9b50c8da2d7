import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, parseDocument } from "yaml";
import { catalogue } from "../../config/catalogue.ts";
import { sections } from "../../config/schema.ts";
import { plainSettings, root, settingsFile } from "../environments.ts";
import { Failure } from "../failure.ts";
import { withValue } from "../settings-text.ts";

/**
 * Writes an image's digest into an environment's settings file, and leaves everything else in it as it is.
 *
 * @param repository the image's name in the account's registry; left out, the image stays where it comes from at present
 * @returns the file's name, from the repository's folder
 * @throws Failure when the service has no image, or the stack does not own what runs it
 */
export function pinImage(environment: string, service: string, digest: string, repository?: string): string {
  if (!/^sha256:[0-9a-f]{64}$/.test(digest))
    throw new Failure(`"${digest}" is no digest: sha256: and 64 hexadecimal digits`);
  const entry = catalogue[service];
  const imaged = Object.keys(catalogue).filter((name) => "image" in (catalogue[name] ?? {}));
  if (entry === undefined || !("image" in entry))
    throw new Failure(`${service} has no image; these have: ${imaged.join(", ")}`);
  const name = settingsFile(environment);
  const text = readFileSync(join(root, name), "utf8");
  const services = sections.services.parse(plainSettings(text, name).services ?? {});
  const own = services[service];
  if (own?.specification === "as-found")
    throw new Failure(
      `${environment} leaves ${service} as it was found, and would not deliver its image`,
      `take its specification over: take "specification: as-found" out of services.${service} in ${name}`,
    );
  const { tag: _tag, digest: _digest, ...present } = own?.image ?? entry.image;
  const where = repository === undefined ? present : { registryType: "DOCR", repository };
  writeFileSync(join(root, name), withImage(text, service, { ...where, digest }));
  return name;
}

/** The text of a settings file with another image of a service. */
export function withImage(text: string, service: string, image: object): string {
  const path = ["insightpulse:services", service];
  const own: unknown = parseDocument(text).getIn(["config", ...path]);
  // Where each key has a line, the others keep theirs.
  if (isMap(own) && own.flow !== true) return withValue(text, [...path, "image"], image);
  return withValue(text, path, { ...(isMap(own) ? own.toJSON() : {}), image });
}
