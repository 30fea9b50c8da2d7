import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { Failure, messageOf } from "../engine/failure.ts";
import { readJson, writeJson } from "../engine/files.ts";
import { keptIn } from "../engine/kept-settings.ts";
import { environmentPaths } from "../engine/paths.ts";
import { obtainPostgres } from "../engine/postgres-from-npm.ts";
import type { OldService, Sandbox } from "../engine/sandbox.ts";
import type { Report } from "../engine/tool.ts";
import { firstProcess } from "../machines/cgroups.ts";
import { kernelNames } from "../machines/names.ts";

const script = new URL("../old-software/install.sh", import.meta.url);
/** The version that production had; Debian 13 has none of its major. */
const postgresPins = join(import.meta.dirname, "../old-software/postgres");
const bootDeadlineMs = 180_000;
/** Where `install.sh` looks for the server. */
const oldPostgresFolder = "/opt/old-postgres";

/**
 * Notes in the sandbox's settings that services of an environment are still elsewhere on their hosts, as an operator commits it
 * before the first `up`. Once: what is moved later stays moved.
 */
export function awaitMoves(sandbox: Sandbox, environment: string, services: readonly OldService[]): void {
  const { state } = sandbox;
  const { keptSettings, root } = environmentPaths(state.root, environment);
  const note = join(root, "old-software.json");
  if (readJson(note) !== undefined) return;
  const continued = services.filter(({ hostName }) => hostName !== undefined).map(({ name }) => name);
  const edits = continued.map((name) => ({
    path: ["insightpulse:services", name, "awaitsMove"],
    value: true,
  }));
  writeJson(keptSettings, [...keptIn(keptSettings), ...edits]);
  writeJson(note, { services: continued });
}

/** Puts the old software onto the machines that had it, unless it is there, and says where. */
export async function installOldSoftware(
  { state, cache }: Pick<Sandbox, "state" | "cache">,
  services: readonly OldService[],
  report: Report,
  note: Report,
): Promise<string> {
  const postgres = await oldPostgres(cache, report, note);
  const droplets = [...new Set(services.map(({ droplet }) => droplet))];
  for (const droplet of droplets) {
    const here = services.filter((one) => one.droplet === droplet);
    report(`${here.map(({ name }) => name).join(", ")} on droplet ${droplet}`);
    const first = await running(kernelNames(state.root).machine(droplet));
    if (postgres !== undefined) await bringFolder(first, postgres, oldPostgresFolder);
    const words = here.map(({ name, image, hostName }) => `${name}=${image}=${hostName ?? ""}`);
    const inside = ["--target", String(first), "--all", "--", "bash", "-s", "--", ...words];
    const done = await execa("nsenter", inside, { input: readFileSync(script), all: true, reject: false });
    if (done.exitCode !== 0)
      throw new Failure(`the old software could not be put onto droplet ${droplet}: ${done.all.trim()}`);
  }
  return services.map(({ name }) => name).join(", ");
}

/** PostgreSQL as old as production's, where it can be had; else the old databases run the machine's own. */
async function oldPostgres(cache: string, report: Report, note: Report): Promise<string | undefined> {
  try {
    return (await obtainPostgres(postgresPins, cache, report)).folder;
  } catch (error) {
    note(
      `the old databases are of PostgreSQL 17, since 15 cannot be had: ${messageOf(error).split("\n")[0]}`,
    );
    return undefined;
  }
}

/** Puts a folder into a machine, unless it is there. */
async function bringFolder(first: number, from: string, to: string): Promise<void> {
  const inside = ["--target", String(first), "--all", "--", "sh", "-c"];
  const put =
    '[ -d "$1" ] || { mkdir -p "$1.part" && tar -x --no-same-owner -C "$1.part" && mv "$1.part" "$1"; }; cat >/dev/null';
  const packed = execa("tar", ["--create", "--directory", from, "."], { buffer: false });
  const done = packed.pipe("nsenter", [...inside, put, "sh", to], { all: true, reject: false });
  const { exitCode, all = "" } = await done;
  if (exitCode !== 0) throw new Failure(`${to} could not be put onto a droplet: ${all.trim()}`);
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
