import type { ResourceValidationPolicy } from "@pulumi/policy";
import { isLasting } from "../lasting-stacks.ts";

/** Types whose deletion loses data or the way back. */
const statefulTypes: ReadonlySet<string> = new Set([
  "digitalocean:index/droplet:Droplet",
  "digitalocean:index/volume:Volume",
  "digitalocean:index/spacesBucket:SpacesBucket",
  "digitalocean:index/containerRegistry:ContainerRegistry",
  "digitalocean:index/reservedIp:ReservedIp",
  "random:index/randomPassword:RandomPassword",
  "tls:index/privateKey:PrivateKey",
]);

/** Passwords of database logins open data and hold none: one that is lost is made anew, and a rotation replaces it. */
const isLoginPassword = (name: string) => name.startsWith("database-role-");

/** Whatever holds data refuses to be deleted, in every stack that is not thrown away. */
export const dataIsProtected: ResourceValidationPolicy = {
  name: "data-is-protected",
  description:
    "In prod and staging, droplets, volumes, buckets, the registry and generated secrets are protected.",
  enforcementLevel: "mandatory",
  validateResource: ({ type, urn, name, opts }, reportViolation) => {
    if (!isLasting(urn) || !statefulTypes.has(type) || opts.protect || isLoginPassword(name)) return;
    reportViolation(
      `${name} (${type}) holds data and is not protected. Pass protect: true when it is declared.`,
    );
  },
};
