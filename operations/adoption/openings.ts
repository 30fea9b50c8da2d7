import { z } from "zod";
import { appServices, hostServices, portsOf, type ResolvedService } from "../../config/resolve.ts";
import type { LiveThing } from "./live-thing.ts";

/** Something that a firewall lets in. */
export interface Opening {
  readonly protocol: string;
  /** A port, a range such as `8000-9000`, or `all`; left out for ICMP. */
  readonly ports?: string | undefined;
  /** Address ranges, and in words who else may come. */
  readonly from: readonly string[];
}

/** A way in that is open today, and that `up` closes. */
export interface Closing extends Opening {
  /** Id of the firewall, and its name. */
  readonly firewall: string;
  readonly name: string;
  readonly because: string;
}

const rule = z.object({
  protocol: z.string(),
  portRange: z.string().optional(),
  sourceAddresses: z.array(z.string()).default([]),
});

const preview = z.object({
  steps: z.array(
    z.object({
      urn: z.string(),
      newState: z
        .object({
          ...{ type: z.string(), id: z.string().optional(), importID: z.string().optional() },
          inputs: z.object({ inboundRules: z.array(rule).optional() }).optional(),
        })
        .nullish(),
    }),
  ),
});

/**
 * What live firewalls let in today and would let in no more, by the engine's own preview of what they become.
 *
 * @param text what `pulumi preview --json` has printed
 */
export function closingsIn(
  text: string,
  account: readonly LiveThing[],
  services: readonly ResolvedService[],
): Closing[] {
  const becomes = new Map<string, Opening[]>();
  for (const { newState } of preview.parse(JSON.parse(text)).steps) {
    const rules = newState?.inputs?.inboundRules;
    const id = newState?.importID ?? newState?.id;
    if (id !== undefined && rules !== undefined) becomes.set(id, rules.map(openingOf));
  }
  return account.flatMap(({ kind, id, name, openings = [] }) => {
    const kept = becomes.get(id);
    if (kind !== "firewall" || kept === undefined) return [];
    return openings.flatMap((opening) => {
      const same = kept.filter((one) => one.protocol === opening.protocol && one.ports === opening.ports);
      const from = opening.from.filter((who) => !same.some((one) => one.from.includes(who)));
      if (from.length === 0) return [];
      const because =
        same.length > 0 ? "it stays open for those that the settings name" : reason(opening, services);
      return [{ ...opening, firewall: id, name, from, because }];
    });
  });
}

function openingOf({ protocol, portRange, sourceAddresses }: z.output<typeof rule>): Opening {
  return { protocol, from: sourceAddresses, ...(portRange === undefined ? {} : { ports: portRange }) };
}

/** Why nobody outside needs it. */
function reason({ protocol, ports = "" }: Opening, services: readonly ResolvedService[]): string {
  const port = Number(ports);
  if (protocol !== "tcp" || Number.isNaN(port)) return "nothing is reached by it: the web alone is, and SSH";
  const here = hostServices(services).find((one) => portsOf(one).includes(port));
  if (here !== undefined)
    return `${here.name} listens there on loopback, and is reached through nginx, at ${here.url}`;
  const app = appServices(services).find((one) => one.port === port);
  if (app !== undefined) return `${app.name} runs on App Platform, and is reached at ${app.url}`;
  return "nothing that is declared here listens there";
}

/** An opening for people. */
export function openingInWords({ protocol, ports, from }: Opening): string {
  const everybody = ["0.0.0.0/0", "::/0"].every((range) => from.includes(range));
  const whom = everybody && from.length === 2 ? "everybody" : from.join(", ");
  return `${protocol}${ports === undefined ? "" : ` ${ports}`} from ${whom}`;
}
