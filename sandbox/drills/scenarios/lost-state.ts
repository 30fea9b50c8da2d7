import { rmSync } from "node:fs";
import { z } from "zod";
import { Failure } from "../../engine/failure.ts";
import { environmentPaths } from "../../engine/paths.ts";
import { stackFile } from "../../engine/state-file.ts";
import type { Drill } from "../drill.ts";
import type { Ground } from "../ground.ts";

/** The backend has lost the state, and somebody has made the stack again without noticing. */
export const lostState: Drill = {
  name: "lost-state",
  title: "The stack's state is lost",
  limitMinutes: 15,
  allowance: {
    minutes: 1,
    for: "a state of the same size, fetched from Spaces instead of from a server on this machine",
  },
  pages: ["state.md"],
  does: "the state and the engine's own copy of it removed from the backend, and an empty stack made in its place",
  endsWhen: "the state holds every resource again, and a preview changes nothing",
  begin: async (ground) => {
    const { operator, sandbox, environment } = ground;
    const before = await urnsOf(ground);
    await operator.told("./scripts/ops", "state", "backup", environment);
    const copied = new Date();
    let fault = new Date();
    return {
      inject: async () => {
        const file = stackFile(sandbox, environment);
        for (const path of [file, `${file}.bak`]) rmSync(path, { force: true });
        // In a folder of its own: making a stack writes into the settings that lie where it is made.
        const { root } = environmentPaths(sandbox.state.root, environment);
        await operator.told(
          "pulumi",
          "--cwd",
          root,
          "--non-interactive",
          "stack",
          "select",
          environment,
          "--create",
        );
        fault = new Date();
      },
      broken: async () => {
        const planned = await plannedChanges(ground);
        return planned === "" ? undefined : `a preview would ${planned}`;
      },
      verify: async () => {
        const now = await urnsOf(ground);
        const lost = before.filter((urn) => !now.includes(urn));
        if (lost.length > 0 || now.length !== before.length)
          throw new Failure(
            `the state has ${now.length} resources, and had ${before.length}; lost: ${lost.join(", ")}`,
          );
        return {
          found: [`all ${now.length} resources are in the state`, "a preview changes nothing"],
          lostSeconds: (fault.getTime() - copied.getTime()) / 1000,
        };
      },
    };
  },
};

const summarySchema = z.object({ changeSummary: z.record(z.string(), z.number()) });

/** What a preview would do, such as `create 128, import 10`; nothing where all stays the same. */
async function plannedChanges({ operator }: Ground): Promise<string> {
  const text = await operator.told("pulumi", "--non-interactive", "preview", "--json");
  const { changeSummary } = summarySchema.parse(JSON.parse(text));
  return Object.entries(changeSummary)
    .filter(([step, count]) => step !== "same" && count > 0)
    .map(([step, count]) => `${step} ${count}`)
    .join(", ");
}

const exportSchema = z.object({
  deployment: z.object({ resources: z.array(z.object({ urn: z.string() })) }),
});

async function urnsOf({ operator }: Ground): Promise<string[]> {
  const { deployment } = exportSchema.parse(JSON.parse(await operator.told("pulumi", "stack", "export")));
  return deployment.resources.map(({ urn }) => urn).sort();
}
