import { join } from "node:path";
import { z } from "zod";
import { readJson, writeJson } from "../../engine/files.ts";
import type { BuiltProgram } from "./built-images.ts";
import { contentOf } from "./content.ts";
import { parseReference, releasesOf, type StandInImage } from "./images.ts";
import type { Layer } from "./layer.ts";
import { digestOfTag, pushImage } from "./push.ts";

const stockedSchema = z.record(z.string(), z.string());

/**
 * Puts images into the account's registry, as if its owner's pipeline had pushed them. A tag that somebody has pushed
 * since to another content stays theirs.
 *
 * @param folder where it is remembered what was put there
 */
export async function stockRegistry(
  registry: string,
  folder: string,
  images: readonly StandInImage[],
  layer: Layer,
  built: Readonly<Partial<Record<BuiltProgram, string>>>,
): Promise<void> {
  const file = join(folder, "stocked.json");
  const stocked = stockedSchema.safeParse(readJson(file)).data ?? {};
  for (const image of images.flatMap(releasesOf)) {
    const { repository, tag } = parseReference(image.reference);
    const target = { registry, repository, tag };
    const content = contentOf(image, layer, built);
    const there = await digestOfTag(target);
    const isOthers = there !== undefined && there !== stocked[image.reference];
    if (isOthers || there === content.manifest.digest) continue;
    await pushImage(content, target);
    stocked[image.reference] = content.manifest.digest;
    writeJson(file, stocked);
  }
}
