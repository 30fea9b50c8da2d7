import { isLasting } from "../lasting-stacks.ts";
import { resourceRule } from "../rule.ts";
import { types } from "../types.ts";

/** Versions are what protects a backup from the key that wrote it. */
export const bucketsArePrivateAndVersioned = resourceRule({
  name: "buckets-are-private-and-versioned",
  description:
    "Every bucket is private, keeps versions, and in prod and staging is never emptied to be deleted.",
  types: [types.bucket],
  check: ({ props, urn }, refuse) => {
    const { acl = "private", versioning, forceDestroy = false } = props;
    if (acl !== "private")
      refuse(`its access is ${acl}.`, 'Set acl: "private"; who may read has a key of their own.');
    if (versioning?.enabled !== true)
      refuse(
        "it keeps no versions.",
        "Set versioning: { enabled: true }: without, whoever may write may also destroy.",
      );
    if (forceDestroy && isLasting(urn))
      refuse("it would be emptied to be deleted.", "Take forceDestroy out.");
  },
});
