import { readdirSync } from "node:fs";
import { join } from "node:path";
import { removeFolder } from "../engine/files.ts";
import { findMarked, mark, stop } from "../engine/processes.ts";
import { groupsNamed, killGroup, removeGroup } from "./cgroups.ts";
import { kernelNames } from "./names.ts";
import { namespacesNamed, removeNamespace } from "./namespaces.ts";

const traces = "/run/systemd/nspawn/propagate";

/**
 * Ends every machine of a sandbox and removes what the kernel keeps for it, however the run ended that left it; their
 * mounts end with their processes. Returns how many machines that were.
 */
export async function removeMachines(stateRoot: string): Promise<number> {
  if (process.platform !== "linux") return 0;
  const { network, machineId } = kernelNames(stateRoot);
  const ours = (name: string) => machineId(name) !== undefined;
  const groups = groupsNamed(network).filter(ours);
  const namespaces = namespacesNamed(network).filter(ours);
  for (const name of groups) await killGroup(name);
  await stop(findMarked(mark(stateRoot, "machine")), { first: "SIGKILL" });
  for (const name of groups) {
    removeGroup(name);
    removeFolder(join(traces, name));
  }
  for (const name of namespaces) await removeNamespace(name);
  await removeNamespace(network);
  return new Set([...groups, ...namespaces]).size;
}

/** Whether anything of a sandbox's machines is still there, for whoever must be sure. */
export function remains(stateRoot: string): string[] {
  const { network } = kernelNames(stateRoot);
  const processes = findMarked(mark(stateRoot, "machine")).map(({ pid }) => `process ${pid}`);
  const traced = readdirSync("/run/systemd/nspawn/propagate").filter((name) => name.startsWith(network));
  return [...namespacesNamed(network), ...groupsNamed(network), ...traced, ...processes];
}
