import { type Diagnosis, type Explained, explanation } from "../finding.ts";
import type { Gathered } from "../gathered.ts";
import { converge } from "../mending.ts";

/** What somebody has changed on a host by hand, where nothing else has said so. */
export function hostDrift({ config, hosts }: Gathered, explained: Explained): Diagnosis[] {
  return hosts.flatMap((host): Diagnosis[] => {
    if ("unasked" in host.drift) return [];
    const found = host.drift.answer.filter(({ path }) => !explained.has(explanation.onHost(host.key, path)));
    if (found.length === 0) return [];
    return [
      {
        ...{ kind: "drift", severity: "soon", what: "the host is not as the stack says" },
        where: `${host.key}: ${found.map(({ path, what }) => `${path} (${what})`).join(", ")}`,
        cause: "somebody has changed it by hand, or a convergence did not end",
        fix: [converge(config, host)],
      },
    ];
  });
}
