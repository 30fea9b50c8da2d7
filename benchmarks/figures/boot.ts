import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { askAdmin } from "../../sandbox/engine/cloud.ts";
import { type Platform, told } from "../../tests/platform/support.ts";
import { type Benchmark, figure } from "../benchmark.ts";
import { machineObstacle, withMachines } from "../machines.ts";

const requestSchema = z.object({
  requests: z.array(z.object({ time: z.iso.datetime(), method: z.string(), path: z.string() })),
});

/** When sshd first listened and when cloud-init had done all, as the machine itself remembers. */
const readiness = `
set -euo pipefail
journalctl --unit ssh.service --grep 'Server listening' --output short-unix --quiet | awk 'NR == 1 { print $1 }'
stat --format %.6Y /run/cloud-init/result.json
`;

/** New droplets, from the request that makes them until SSH answers and cloud-init has done its work. */
export const boot: Benchmark = {
  name: "boot",
  description: "both machines of staging, from the request that makes a droplet until it is ready",
  obstacle: machineObstacle,
  run: (report) =>
    withMachines("staging", report, async (platform) => {
      const requested = await requestTimes(platform);
      const ready = await Promise.all(
        Object.keys(await platform.hosts()).map((host) => readyAt(platform, host)),
      );
      if (ready.length !== requested.length || ready.length === 0)
        throw new Error(`${requested.length} droplets were asked for, and ${ready.length} hosts are there`);
      return [
        figure(
          `${ready.length} new machines up and ready`,
          Math.max(...ready) - Math.min(...requested),
          "s",
          30,
        ),
      ];
    }),
};

/** When the droplets were asked for, in seconds since 1970. */
async function requestTimes({ folder }: Platform): Promise<number[]> {
  const keys = JSON.parse(readFileSync(join(folder, "cloud/cloud.json"), "utf8"));
  const { requests } = requestSchema.parse(await askAdmin(keys, "GET", "requests"));
  return requests
    .filter(({ method, path }) => method === "POST" && path === "/v2/droplets")
    .map(({ time }) => Date.parse(time) / 1000);
}

async function readyAt(platform: Platform, host: string): Promise<number> {
  const lines = (await told(platform.inside(host, "bash", "-c", readiness))).split("\n").map(Number);
  if (lines.length !== 2 || !lines.every(Number.isFinite))
    throw new Error(`${host} does not say when it was ready: ${lines.join(", ")}`);
  return Math.max(...lines);
}
