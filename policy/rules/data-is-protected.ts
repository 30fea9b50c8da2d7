import type { ResourceValidationPolicy } from "@pulumi/policy";

/** Types whose deletion loses data, a name or the way back. */
const statefulTypes: ReadonlySet<string> = new Set([
  "digitalocean:index/droplet:Droplet",
  "digitalocean:index/volume:Volume",
  "digitalocean:index/domain:Domain",
  "digitalocean:index/spacesBucket:SpacesBucket",
  "digitalocean:index/containerRegistry:ContainerRegistry",
  "digitalocean:index/reservedIp:ReservedIp",
  "cloudflare:index/zone:Zone",
  "random:index/randomPassword:RandomPassword",
  "tls:index/privateKey:PrivateKey",
]);

/** In production, whatever holds data refuses to be deleted. */
export const dataIsProtected: ResourceValidationPolicy = {
  name: "data-is-protected",
  description:
    "In production, droplets, volumes, zones, buckets, the registry and generated secrets are protected.",
  enforcementLevel: "mandatory",
  validateResource: ({ type, urn, name, opts }, reportViolation) => {
    const stack = urn.split("::")[0]?.replace("urn:pulumi:", "");
    if (stack !== "prod" || !statefulTypes.has(type) || opts.protect) return;
    reportViolation(
      `${name} (${type}) holds data and is not protected. Pass protect: true when it is declared.`,
    );
  },
};
