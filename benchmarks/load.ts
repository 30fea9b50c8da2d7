import { join } from "node:path";
import { z } from "zod";
import { cacheFolder } from "../sandbox/engine/paths.ts";
import { installPackages } from "../sandbox/machines/host-packages.ts";
import { kernelNames } from "../sandbox/machines/names.ts";
import { inside } from "../sandbox/machines/namespaces.ts";
import { type Platform, told } from "../tests/platform/support.ts";
import type { Report } from "./benchmark.ts";

const script = join(import.meta.dirname, "load.lua");

const answerSchema = z.object({
  requests: z.number(),
  microseconds: z.number(),
  p95Microseconds: z.number(),
  failed: z.number(),
});

/** How a server bore a load. */
export interface Borne {
  readonly requestsPerSecond: number;
  readonly p95Ms: number;
}

/** Sees to it that wrk is here: a load generator that needs little of the processor it shares with the server. */
export async function obtainWrk(report: Report): Promise<void> {
  await installPackages(["wrk"], cacheFolder(), report);
}

/**
 * Asks for one address again and again, over connections that stay open, from the network of a machine itself: so that
 * neither the firewall nor the way there is part of what is measured. Fails when any answer is not a good one.
 */
export async function putUnderLoad(
  platform: Platform,
  machine: number,
  url: string,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<Borne> {
  const network = kernelNames(platform.folder).machine(machine);
  const options = ["--threads", "1", "--connections", String(connections), "--duration", `${seconds}s`];
  const printed = await told(platform.from(...inside(network, ["wrk", ...options, "--script", script, url])));
  const { requests, microseconds, p95Microseconds, failed } = answerSchema.parse(
    JSON.parse(printed.split("\n").at(-1) ?? ""),
  );
  if (failed > 0 || requests === 0)
    throw new Error(`${url}: ${failed} of ${requests} answers were no good ones`);
  return { requestsPerSecond: requests / (microseconds / 1e6), p95Ms: p95Microseconds / 1000 };
}
