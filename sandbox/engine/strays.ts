import { z } from "zod";
import type { CloudKeys } from "./cloud.ts";
import { knownIds } from "./recover.ts";
import type { Sandbox, Stray } from "./sandbox.ts";
import type { Tool } from "./tool.ts";

const resourcesSchema = z.object({
  deployment: z
    .object({ resources: z.array(z.object({ type: z.string(), id: z.string().optional() })).nullish() })
    .nullish(),
});

/** Machines that carry a tag of this stack and are in no stack's state: nobody will ever change or remove them. */
export async function straysOf(
  sandbox: Sandbox,
  exported: unknown,
  engine: Tool,
  cloud: CloudKeys,
): Promise<Stray[]> {
  const resources = resourcesSchema.safeParse(exported).data?.deployment?.resources ?? [];
  const tags = resources.flatMap(({ type, id }) =>
    type === sandbox.simulation.tagType && id !== undefined ? [id] : [],
  );
  const own = new Set(resources.map(({ id }) => id));
  const suspects = (await sandbox.simulation.findTagged(tags, cloud)).filter(({ id }) => !own.has(id));
  if (suspects.length === 0) return [];
  const known = await knownIds(sandbox, engine);
  return suspects.filter(({ id }) => !known.has(id));
}
