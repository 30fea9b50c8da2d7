import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import type { CloudKeys } from "./cloud.ts";
import { nameOf } from "./events.ts";
import { Failure } from "./failure.ts";
import { writeJson } from "./files.ts";
import { environmentPaths } from "./paths.ts";
import { knownIds } from "./recover.ts";
import type { InterruptedCreation, LostResource, Sandbox } from "./sandbox.ts";
import type { Tool } from "./tool.ts";
import { childEnvironment, engineVariables } from "./variables.ts";

const planSchema = z.object({
  steps: z.array(
    z.object({
      op: z.string(),
      urn: z.string(),
      newState: z.object({ type: z.string(), inputs: z.record(z.string(), z.unknown()).nullish() }).nullish(),
    }),
  ),
});

const importsSchema = z.looseObject({
  resources: z
    .array(
      z.looseObject({
        type: z.string(),
        name: z.string(),
        logicalName: z.string().optional(),
        component: z.boolean().optional(),
      }),
    )
    .nullish(),
});

/** What is found in one round may be the parent of what the next one finds; deeper than this nothing is. */
const mostRounds = 4;

/**
 * Takes into an older state what the cloud has got since: else the next operation would create it a second time.
 * Returns a line on each. What cannot be imported, because its secret was in the lost part, is removed and made anew.
 */
export async function adoptUnknown(
  sandbox: Sandbox,
  environment: string,
  engine: Tool,
  cloud: CloudKeys,
): Promise<string[]> {
  const lines: string[] = [];
  const file = join(environmentPaths(sandbox.state.root, environment).root, "import.json");
  const pulumi = (...words: string[]) => runInProject(sandbox, environment, engine, cloud, words);
  try {
    for (let round = 0; round < mostRounds; round += 1) {
      const plan = planSchema.parse(JSON.parse(await pulumi("preview", "--json", "--import-file", file)));
      const creations = plan.steps.filter(({ op }) => op === "create").map(creationOf);
      const known = await knownIds(sandbox, engine);
      const found = await sandbox.simulation.findExisting(creations, known, cloud);
      const gone = found.filter(({ importId }) => importId === null);
      for (const line of await sandbox.simulation.removeLeftovers(gone, known, cloud))
        lines.push(`removed ${line}: its secret was in the lost part of the state`);
      const importable = found.filter(({ importId }) => importId !== null);
      if (importable.length === 0) break;
      writeJson(file, importFile(readFileSync(file, "utf8"), importable));
      await pulumi(
        "import",
        "--file",
        file,
        "--yes",
        "--skip-preview",
        "--protect=false",
        "--generate-code=false",
      );
      for (const { type, name, importId } of importable)
        lines.push(
          `imported ${type.split(":").at(-1)} ${name} (${importId}), which the restored state did not know`,
        );
    }
  } finally {
    rmSync(file, { force: true });
  }
  return lines;
}

function creationOf({ urn, newState }: z.infer<typeof planSchema>["steps"][number]): InterruptedCreation {
  return { type: newState?.type ?? "", name: nameOf(urn), inputs: newState?.inputs ?? {} };
}

/** The engine's own list of what it would create, cut down to what is there, with its ids; components group only. */
function importFile(text: string, found: readonly LostResource[]): unknown {
  const planned = importsSchema.parse(JSON.parse(text));
  const idOf = (type: string, name: string) =>
    found.find((one) => one.type === type && one.name === name)?.importId ?? undefined;
  return {
    ...planned,
    resources: (planned.resources ?? [])
      .map((one) => (one.component ? one : { ...one, id: idOf(one.type, one.logicalName ?? one.name) }))
      .filter((one) => one.component || one.id !== undefined),
  };
}

async function runInProject(
  sandbox: Sandbox,
  environment: string,
  engine: Tool,
  cloud: CloudKeys,
  words: readonly string[],
): Promise<string> {
  const result = await execa(join(engine.folder, "pulumi"), [...words, "--non-interactive"], {
    cwd: sandbox.project.root,
    env: childEnvironment(engineVariables(sandbox, environment, engine, cloud)),
    extendEnv: false,
    stdin: "ignore",
    reject: false,
  });
  if (!result.failed) return result.stdout;
  const reason = [result.stderr, result.stdout].join("\n").trim() || result.shortMessage;
  throw new Failure(
    `pulumi ${words[0]} failed while the restored state was compared with the cloud:\n${reason}`,
  );
}
