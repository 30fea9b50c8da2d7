import { accountRegistryHost } from "../registry/account-registry.ts";
import type { PlayedApp } from "../registry/layer.ts";
import type { AppDeployment, Component, ImageSource } from "./deployed-apps.ts";

const hosts = { DOCR: accountRegistryHost, DOCKER_HUB: "docker.io", GHCR: "ghcr.io" } as const;

/**
 * The image a component runs: the one it names. What the vendor would build from a repository is not built here; the
 * labelled stand-in of the app takes its place.
 *
 * @returns its reference; undefined for a component that would be built, of an app that nobody plays
 */
export function imageOf(
  { image }: Pick<Component, "image">,
  { registry }: Pick<AppDeployment, "registry">,
  plays: PlayedApp | undefined,
): string | undefined {
  if (image !== undefined) return referenceOf(image, registry);
  return plays === undefined ? undefined : standInBuild(plays);
}

/** Name of the image that stands for whatever the vendor would have built of an app. */
export const standInBuild = (plays: PlayedApp): string => `docker.io/stand-in-builds/${plays}:1`;

/** The reference of an image that a specification names, in the account's registry where it says none. */
export function referenceOf({ registry_type, repository, ...image }: ImageSource, registry = "none"): string {
  // Docker Hub's own images are in a place that its users do not write.
  const own = registry_type === "DOCR" ? registry : image.registry;
  const place = [hosts[registry_type], own, repository].filter((part) => part).join("/");
  return image.digest ? `${place}@${image.digest}` : `${place}:${image.tag ?? "latest"}`;
}
