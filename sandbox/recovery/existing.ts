import type { CloudKeys } from "../engine/cloud.ts";
import type { InterruptedCreation, LostResource } from "../engine/sandbox.ts";
import { bucketType, hasBucket } from "./bucket.ts";
import { traces } from "./traces.ts";
import { listItems } from "./vendor.ts";

/** Of what would be created, that which the cloud has already and no stack knows. */
export async function findExisting(
  creations: readonly InterruptedCreation[],
  knownIds: ReadonlySet<string>,
  cloud: CloudKeys,
): Promise<LostResource[]> {
  const found: LostResource[] = [];
  const taken = new Set(knownIds);
  for (const creation of creations) {
    const importId = await find(creation, taken, cloud);
    if (importId !== undefined) found.push({ ...creation, importId });
  }
  return found;
}

/** The id by which it is imported, null when it is there and cannot be, undefined when it is not there. */
async function find(
  { type, inputs }: InterruptedCreation,
  taken: Set<string>,
  cloud: CloudKeys,
): Promise<string | null | undefined> {
  if (type === bucketType) {
    const { name, region } = inputs;
    const isUnknown = typeof name === "string" && !taken.has(name) && (await hasBucket(name, cloud));
    return isUnknown ? `${region},${name}` : undefined;
  }
  const trace = traces[type];
  if (!trace) return undefined;
  const items = await listItems(cloud, trace.list(inputs), trace.items);
  const identifier = items
    .filter((item) => trace.isIt(item, inputs))
    .map((item) => String(trace.identifier(item)))
    .find((candidate) => !taken.has(candidate));
  if (identifier === undefined) return undefined;
  taken.add(identifier);
  if (trace.importId === null) return null;
  return trace.importId ? trace.importId(identifier, inputs) : identifier;
}
