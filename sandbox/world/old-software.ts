import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { Failure } from "../engine/failure.ts";
import { readJson, writeJson } from "../engine/files.ts";
import { keptIn } from "../engine/kept-settings.ts";
import { environmentPaths } from "../engine/paths.ts";
import type { OldService, Sandbox } from "../engine/sandbox.ts";
import type { Report } from "../engine/tool.ts";
import { firstProcess } from "../machines/cgroups.ts";
import { kernelNames } from "../machines/names.ts";

const script = new URL("../old-software/install.sh", import.meta.url);
const bootDeadlineMs = 180_000;

/**
 * Notes in the sandbox's settings that services of an environment are still elsewhere on their hosts, as an operator commits it
 * before the first `up`. Once: what is moved later stays moved.
 */
export function awaitMoves(sandbox: Sandbox, environment: string, services: readonly OldService[]): void {
  const { state } = sandbox;
  const { keptSettings, root } = environmentPaths(state.root, environment);
  const note = join(root, "old-software.json");
  if (readJson(note) !== undefined) return;
  const edits = services.map(({ name }) => ({
    path: ["insightpulse:services", name, "awaitsMove"],
    value: true,
  }));
  writeJson(keptSettings, [...keptIn(keptSettings), ...edits]);
  writeJson(note, { services: services.map(({ name }) => name) });
}

/** Puts the old software onto the machines that had it, unless it is there, and says where. */
export async function installOldSoftware(
  { state }: Pick<Sandbox, "state">,
  services: readonly OldService[],
  report: Report,
): Promise<string> {
  const droplets = [...new Set(services.map(({ droplet }) => droplet))];
  for (const droplet of droplets) {
    const here = services.filter((one) => one.droplet === droplet);
    report(`${here.map(({ name }) => name).join(", ")} on droplet ${droplet}`);
    const first = await running(kernelNames(state.root).machine(droplet));
    const words = here.map(({ name, image, hostName }) => `${name}=${image}=${hostName}`);
    const inside = ["--target", String(first), "--all", "--", "bash", "-s", "--", ...words];
    const done = await execa("nsenter", inside, { input: readFileSync(script), all: true, reject: false });
    if (done.exitCode !== 0)
      throw new Failure(`the old software could not be put onto droplet ${droplet}: ${done.all.trim()}`);
  }
  return services.map(({ name }) => name).join(", ");
}

/** The first process of a machine that has booted to its end. */
async function running(name: string): Promise<number> {
  const deadline = Date.now() + bootDeadlineMs;
  for (;;) {
    const first = firstProcess(name);
    if (first !== undefined) {
      const asked = ["--target", String(first), "--all", "--", "systemctl", "is-system-running"];
      const { stdout } = await execa("nsenter", asked, { reject: false, timeout: 10_000 });
      if (stdout === "running" || stdout === "degraded") return first;
    }
    if (Date.now() > deadline) throw new Failure(`machine ${name} has not booted`);
    await pause(500);
  }
}
