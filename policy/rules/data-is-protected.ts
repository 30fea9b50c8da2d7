import { isLasting } from "../lasting-stacks.ts";
import { resourceRule } from "../rule.ts";
import { types } from "../types.ts";

/** Passwords of database logins open data and hold none: one that is lost is made anew, and a rotation replaces it. */
const isLoginPassword = (name: string) => name.startsWith("database-role-");

/**
 * Whatever holds data refuses to be deleted, in every stack that is not thrown away. What becomes of data that is not
 * protected any more is no rule's: a pack sees neither deletions nor replacements, and `./scripts/ops gate` does.
 */
export const dataIsProtected = resourceRule({
  name: "data-is-protected",
  description:
    "In prod and staging, droplets, volumes, buckets, the registry, reserved addresses, keys and generated secrets are protected, all but the passwords of database logins.",
  // Types whose deletion loses data or the way back.
  types: [
    types.droplet,
    types.volume,
    types.bucket,
    types.registry,
    types.reservedIp,
    types.password,
    types.key,
  ],
  check: ({ type, urn, name, opts }, refuse) => {
    if (!isLasting(urn) || opts.protect || isLoginPassword(name)) return;
    refuse(
      `it holds data (${type}) and is not protected.`,
      "Pass protect: true when it is declared, and leave protectData true.",
    );
  },
});
