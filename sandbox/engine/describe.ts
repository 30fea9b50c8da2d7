import { z } from "zod";
import type { HostStatus, Project, ServiceStatus } from "./sandbox.ts";

const exportSchema = z.object({
  deployment: z
    .object({
      resources: z
        .array(
          z.object({
            type: z.string(),
            urn: z.string(),
            outputs: z.record(z.string(), z.unknown()).nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

/** What a stack holds, in the words of the people who look at it. */
export interface StackDescription {
  /** Number of resources by type, types in alphabetical order. */
  readonly resources: Record<string, number>;
  readonly hosts: HostStatus[];
  readonly services: ServiceStatus[];
}

/** An environment of which nothing exists. */
export const emptyDescription: StackDescription = { resources: {}, hosts: [], services: [] };

/** Reads a stack as the engine exports it. */
export function describeStack(exported: unknown, project: Project): StackDescription {
  const resources = exportSchema.parse(exported).deployment?.resources ?? [];
  const outputs = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  const counts: Record<string, number> = {};
  // The stack itself and its providers are the engine's own bookkeeping.
  for (const { type } of resources.filter((resource) => !resource.type.startsWith("pulumi:"))) {
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return {
    resources: Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a.localeCompare(b))),
    hosts: project.hostsIn(outputs),
    services: project.servicesIn(outputs),
  };
}
