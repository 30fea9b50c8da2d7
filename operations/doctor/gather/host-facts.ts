import { z } from "zod";
import { onHost } from "../../hosts/on-host.ts";
import type { ConvergedHost } from "../../hosts/stack.ts";
import type { Asked } from "../gathered.ts";

const factsSchema = z.object({
  time: z.number(),
  clock: z.enum(["kept", "adrift", "shared"]),
  disks: z.array(
    z.object({
      folder: z.string(),
      usedBytes: z.number(),
      usableBytes: z.number(),
      inodesPercent: z.number(),
    }),
  ),
  memory: z.object({
    usedPercent: z.number(),
    pressurePercent: z.number(),
    largest: z.object({ unit: z.string(), bytes: z.number() }).nullable(),
  }),
  certificates: z.array(
    z.object({
      file: z.string(),
      servedAs: z.string(),
      served: z.string().nullable(),
      onDisk: z.string().nullable(),
      ends: z.number().nullable(),
      problem: z.string().nullable(),
    }),
  ),
  firewall: z.object({ active: z.boolean(), incoming: z.string().nullable(), rules: z.array(z.string()) }),
  units: z.record(z.string(), z.string()),
  failed: z.array(z.object({ unit: z.string(), result: z.string(), transient: z.boolean() })),
  listeners: z.array(
    z.object({
      protocol: z.string(),
      port: z.int(),
      program: z.string().nullable(),
      process: z.int().nullable(),
      unit: z.string().nullable(),
      startsAtBoot: z.boolean(),
    }),
  ),
  provenBackup: z.object({ time: z.string().nullable() }).nullable(),
  database: z.array(z.object({ host: z.string(), port: z.int(), wrong: z.string().nullable() })),
});

/** What a host says of itself (`host/files/usr/local/lib/insightpulse/watch/facts.py`). */
export interface HostFacts extends z.output<typeof factsSchema> {
  /** How far its clock is ahead of this computer's, in seconds; negative when it is behind. */
  readonly aheadSeconds: number;
}

/** Asks a host how it is; nothing on it is changed. */
export async function hostFacts(host: ConvergedHost, knownHosts?: string): Promise<Asked<HostFacts>> {
  const asked = Date.now() / 1000;
  const said = await onHost(host, "sudo -n insightpulse-watch facts", "", knownHosts);
  const answered = Date.now() / 1000;
  if (said.exitCode !== 0)
    return { unasked: said.stderr.trim().split("\n").at(-1) || `it ended with exit code ${said.exitCode}` };
  const facts = factsSchema.parse(JSON.parse(said.stdout));
  return { answer: { ...facts, aheadSeconds: secondsAhead(facts.time, asked, answered) } };
}

/** How far a clock is ahead that was read between two moments: only what cannot be the way there and back. */
export function secondsAhead(time: number, asked: number, answered: number): number {
  if (time > answered) return time - answered;
  return time < asked ? time - asked : 0;
}
