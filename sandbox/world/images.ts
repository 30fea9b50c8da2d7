import { createHash } from "node:crypto";
import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { exclusively } from "../engine/engine.ts";
import { Failure, messageOf } from "../engine/failure.ts";
import { makeFolder, readJson, removeAbandonedWork, withWorkFolder, writeJson } from "../engine/files.ts";
import { runLong } from "../engine/run.ts";
import { type ImageChoice, imageChoices, type Sandbox } from "../engine/sandbox.ts";
import type { Report } from "../engine/tool.ts";
import { installPackages } from "../machines/host-packages.ts";
import { readyEnvironments } from "./ready-environments.ts";

const recordSchema = z.object({
  images: z.enum(imageChoices),
  /** Folders of real images, by reference. */
  layouts: z.record(z.string(), z.string()),
});

/** Where images are fetched from, where that is not their own registry: a mirror that has them under their whole names. */
const mirrorVariable = "SANDBOX_IMAGE_MIRROR";

/**
 * Sees to it that hosts will get images of this kind. The sandbox's own network leads nowhere, so real ones are fetched
 * outside of it, into the user's cache, and its registries give them from there.
 */
export async function chooseImages(
  sandbox: Sandbox,
  choice: ImageChoice | undefined,
  report: Report,
): Promise<string> {
  const { state } = sandbox;
  const images = choice ?? recorded(sandbox).images;
  if (images === "stand-in") {
    writeJson(state.images, { images, layouts: {} });
    return "stand-ins";
  }
  const references = referencesOf(sandbox);
  const missing = references.filter((reference) => !existsSync(layoutFolder(sandbox, reference)));
  if (missing.length > 0) await fetchAll(sandbox, missing, report);
  const layouts = references.map((reference) => [reference, layoutFolder(sandbox, reference)]);
  writeJson(state.images, { images, layouts: Object.fromEntries(layouts) });
  return `${references.length} real ones, ${missing.length} of them fetched now`;
}

/** Folder of an image's real content, where hosts of this sandbox get real images. */
export function layoutOf(
  sandbox: Sandbox,
  { reference }: { readonly reference: string },
): string | undefined {
  return recorded(sandbox).layouts[reference];
}

function recorded({ state }: Pick<Sandbox, "state">): z.output<typeof recordSchema> {
  return recordSchema.safeParse(readJson(state.images)).data ?? { images: "stand-in", layouts: {} };
}

/** The images of every environment that has been made ready in this sandbox. */
function referencesOf(sandbox: Sandbox): string[] {
  const images = readyEnvironments(sandbox).flatMap(({ expected }) => expected.images);
  return [...new Set(images.map(({ reference }) => reference))];
}

/** In the user's cache, but what a mirror gave stays with this sandbox: it need not be what the registry would give. */
const storeOf = ({ cache, state }: Sandbox) =>
  join(process.env[mirrorVariable] ? state.root : cache, "images");

function layoutFolder(sandbox: Sandbox, reference: string): string {
  const key = createHash("sha256")
    .update(JSON.stringify([reference, process.arch]))
    .digest("hex");
  return join(storeOf(sandbox), key.slice(0, 16));
}

async function fetchAll(sandbox: Sandbox, references: string[], report: Report): Promise<void> {
  const { cache } = sandbox;
  const store = makeFolder(storeOf(sandbox));
  await exclusively({ cache, report }, "images", async () => {
    removeAbandonedWork(store);
    await installPackages(["skopeo"], cache, report);
    for (const reference of references) {
      report(`fetching ${reference}`);
      await withWorkFolder(store, async (work) => {
        const out = join(work, "image");
        await fetchOne(reference, out, store, report);
        renameSync(out, layoutFolder(sandbox, reference));
      });
    }
  });
}

async function fetchOne(reference: string, folder: string, store: string, report: Report): Promise<void> {
  const { from, options } = sourceOf(reference);
  try {
    await runLong({
      command: "skopeo",
      arguments: ["copy", "--quiet", "--preserve-digests", ...options, from, `oci:${folder}:image`],
      cache: store,
      report: (line) => report(`fetching ${reference}: ${line}`),
    });
  } catch (error) {
    const reason = messageOf(error).trim().split("\n").at(-1);
    throw new Failure(
      `the image ${reference} could not be fetched: ${reason}`,
      "see to it that this computer reaches its registry, or go on without the real images: --images stand-in",
    );
  }
}

function sourceOf(reference: string): { from: string; options: string[] } {
  const mirror = process.env[mirrorVariable];
  if (!mirror) return { from: `docker://${reference}`, options: [] };
  const { protocol, host } = new URL(mirror);
  return {
    from: `docker://${host}/${reference}`,
    options: protocol === "http:" ? ["--src-tls-verify=false"] : [],
  };
}
