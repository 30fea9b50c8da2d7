import type { ImageSource } from "../../config/catalogue.ts";

const registries = { DOCKER_HUB: "docker.io", GHCR: "ghcr.io", DOCR: "registry.digitalocean.com" } as const;

/**
 * An image's full name, as Podman takes it.
 *
 * @param accountRegistry name of the account's own registry
 */
export function imageReference(image: ImageSource, accountRegistry: string): string {
  const owner = image.registryType === "DOCR" ? accountRegistry : (image.registry ?? "library");
  const version = image.digest === undefined ? `:${image.tag}` : `@${image.digest}`;
  return `${registries[image.registryType]}/${owner}/${image.repository}${version}`;
}
