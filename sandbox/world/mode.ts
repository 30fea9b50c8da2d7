import { z } from "zod";
import { Failure } from "../engine/failure.ts";
import { readJson, writeJson } from "../engine/files.ts";
import type { Droplets, MachineChoice, Sandbox } from "../engine/sandbox.ts";
import { obstacle } from "../machines/capability.ts";

const recordSchema = z.object({ machines: z.boolean() });

/**
 * What droplets are in this sandbox: machines, or records and why. A sandbox keeps to what it began with, since a droplet
 * that was a record has no disk to go on with.
 *
 * @throws Failure when machines are required and cannot be, or when it began otherwise
 */
export async function dropletsOf(
  sandbox: Pick<Sandbox, "state">,
  choice: MachineChoice,
  findObstacle: () => Promise<string | undefined> = obstacle,
): Promise<Droplets> {
  const begun = recorded(sandbox);
  if (begun !== undefined && isOtherwise(choice, begun)) {
    throw new Failure(
      `this sandbox's droplets are ${begun ? "machines" : "records"} since it was brought up`,
      "./scripts/sandbox down, then up again",
    );
  }
  if (choice === "off" || (choice === "auto" && begun === false))
    return { areMachines: false, because: "machines are switched off" };
  const reason = await findObstacle();
  if (reason === undefined) return { areMachines: true };
  if (choice === "required" || begun) throw new Failure(`no machine can boot here: ${reason}`);
  return { areMachines: false, because: reason };
}

/** Remembers what this sandbox's droplets are. */
export function recordDroplets({ state }: Pick<Sandbox, "state">, { areMachines }: Droplets): void {
  writeJson(state.droplets, { machines: areMachines });
}

/** What droplets are in a sandbox that is up; undefined before the first run. */
export function recorded({ state }: Pick<Sandbox, "state">): boolean | undefined {
  return recordSchema.safeParse(readJson(state.droplets)).data?.machines;
}

const isOtherwise = (choice: MachineChoice, begun: boolean) =>
  (choice === "off" && begun) || (choice === "required" && !begun);
