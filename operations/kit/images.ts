import { statSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Configuration } from "../../config/configuration.ts";
import { gatedServices } from "../../config/derive/sign-on.ts";
import { signOnProxy } from "../../config/sign-on.ts";
import { imageReference } from "../../host/render/image.ts";
import { Failure } from "../failure.ts";

/** An image the platform runs, as its registry knows it. */
export interface KnownImage {
  /** Full name with its version, as Podman takes it. */
  readonly reference: string;
  /** What the version stands for at this moment, `sha256:...`; null where the registry could not be asked. */
  readonly digest: string | null;
  /** Hosts that run it; none for an app's, which is the vendor's to fetch. */
  readonly hosts: readonly string[];
  /** Why there is no digest. */
  readonly reason?: string;
}

/** The images an environment runs, by name: what its services are, and the proxy before some of them. */
export function imagesOf({ resolvedServices, registry }: Configuration): Omit<KnownImage, "digest">[] {
  const named = resolvedServices.flatMap((service) => {
    if (service.kind === "external") return [];
    const reference = imageReference(service.image, registry.name);
    return [{ reference, hosts: service.kind === "host" ? [service.host] : [] }];
  });
  const gated = [...new Set(gatedServices(resolvedServices).map(({ host }) => host))];
  return gated.length === 0 ? named : [...named, { reference: signOnProxy.image, hosts: gated }];
}

/**
 * What the registries say of images.
 *
 * @param authFile registry logins, as Docker keeps them
 */
export async function askDigests(
  images: readonly Omit<KnownImage, "digest">[],
  authFile: string,
): Promise<KnownImage[]> {
  return Promise.all(
    images.map(async (image) => {
      const words = [
        "inspect",
        "--authfile",
        authFile,
        "--no-tags",
        "--format",
        "{{.Digest}}",
        `docker://${image.reference}`,
      ];
      const { exitCode, stdout, reason } = await skopeo(words);
      return exitCode === 0 ? { ...image, digest: stdout.trim() } : { ...image, digest: null, reason };
    }),
  );
}

/** An image as one file of this computer, an OCI layout with its name in a tar archive. */
export interface MirroredImage {
  readonly reference: string;
  readonly file: string;
  readonly bytes: number;
}

/**
 * Fetches an image as it is, for this computer's kind of processor.
 *
 * @throws Failure with the registry's reason
 */
export async function mirrorImage(
  reference: string,
  folder: string,
  authFile: string,
): Promise<MirroredImage> {
  const file = join(folder, fileName(reference));
  // What is pinned by its content has no version that it could be kept under.
  const kept = reference.replace(/@sha256:(?<short>[0-9a-f]{12})[0-9a-f]*$/, ":kept-$<short>");
  const target = `oci-archive:${file}:${kept}`;
  const { exitCode, reason } = await skopeo([
    "copy",
    "--quiet",
    "--src-authfile",
    authFile,
    `docker://${reference}`,
    target,
  ]);
  if (exitCode !== 0) throw new Failure(`the image ${reference} cannot be fetched: ${reason}`);
  return { reference, file, bytes: statSync(file).size };
}

/** Name of an image's file in a kit. */
export function fileName(reference: string): string {
  return `${reference.replaceAll(/[^A-Za-z0-9.-]+/g, "_")}.tar`;
}

async function skopeo(
  words: readonly string[],
): Promise<{ exitCode: number; stdout: string; reason: string }> {
  const said = await execa("skopeo", words, { reject: false });
  if (said.code === "ENOENT")
    return {
      exitCode: 127,
      stdout: "",
      reason: "skopeo is not installed on this computer (apt-get install skopeo)",
    };
  const last = said.stderr.trim().split("\n").at(-1) ?? "";
  const reason = /msg="(?<told>.*)"$/.exec(last)?.groups?.told ?? last;
  return {
    exitCode: said.exitCode ?? 1,
    stdout: said.stdout,
    reason: reason || `skopeo ended with ${said.exitCode}`,
  };
}
