import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { messageOf } from "../engine/failure.ts";
import { findOnPath } from "../engine/tool.ts";
import { hierarchies } from "./cgroups.ts";

/** Why no machine can boot here, as half a sentence; undefined where machines can. */
export async function obstacle(): Promise<string | undefined> {
  if (process.platform !== "linux") return `machines need Linux, and this is ${process.platform}`;
  if (process.getuid?.() !== 0) return "machines need root, for namespaces and mounts";
  if (findOnPath("apt-get", process.env.PATH, "/nonexistent") === undefined)
    return "machines need apt-get, to install a Debian root";
  return groupObstacle() ?? (await namespaceObstacle());
}

function groupObstacle(): string | undefined {
  const { unified } = hierarchies();
  if (unified === undefined) return "cgroup2 is not mounted (mount -t cgroup2 none /sys/fs/cgroup/unified)";
  const probe = join(unified, `sandbox-probe-${process.pid}`);
  try {
    mkdirSync(probe);
    rmdirSync(probe);
    return undefined;
  } catch (error) {
    return `control groups cannot be made in ${unified}: ${messageOf(error)}`;
  }
}

async function namespaceObstacle(): Promise<string | undefined> {
  const probe = await execa("unshare", ["--net", "--mount", "--pid", "--fork", "true"], { reject: false });
  return probe.failed ? `namespaces cannot be made: ${probe.stderr || probe.shortMessage}` : undefined;
}
