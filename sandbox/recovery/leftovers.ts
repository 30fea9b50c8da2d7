import type { CloudKeys } from "../engine/cloud.ts";
import type { InterruptedCreation } from "../engine/sandbox.ts";
import { bucketType, removeBucket } from "./bucket.ts";
import { type Inputs, traces } from "./traces.ts";
import { callVendor, listItems } from "./vendor.ts";

/** Removes what interrupted creations left in the cloud and no stack knows; returns a line on each. */
export async function removeLeftovers(
  creations: readonly InterruptedCreation[],
  knownIds: ReadonlySet<string>,
  cloud: CloudKeys,
): Promise<string[]> {
  const removed: string[] = [];
  for (const { type, name, inputs } of creations) {
    if (type === bucketType && (await removeUnknownBucket(inputs, knownIds, cloud))) {
      removed.push(`SpacesBucket ${name} (${inputs.name})`);
    }
    const trace = traces[type];
    if (!trace) continue;
    const path = trace.list(inputs);
    for (const item of await listItems(cloud, path, trace.items)) {
      const identifier = String(trace.identifier(item));
      if (!trace.isIt(item, inputs) || knownIds.has(identifier)) continue;
      await callVendor(cloud, "DELETE", `${path}/${identifier}`);
      removed.push(`${type.split(":").at(-1)} ${name} (${identifier})`);
    }
  }
  return removed;
}

/** Buckets are no part of the vendor's REST API: they are removed the S3 way. */
async function removeUnknownBucket(
  { name }: Inputs,
  knownIds: ReadonlySet<string>,
  cloud: CloudKeys,
): Promise<boolean> {
  return typeof name === "string" && !knownIds.has(name) && removeBucket(name, cloud);
}
