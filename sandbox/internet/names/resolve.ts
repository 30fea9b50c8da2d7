import { authoritativeZone } from "./authority-of.ts";
import { lookUp } from "./lookup.ts";
import type { NameRecord, RecordType, Zone, ZoneHost } from "./records.ts";

/** All that can be resolved. */
export interface Names {
  readonly zones: readonly Zone[];
  /** Names of the rest of the world, wildcards among them. */
  readonly world: readonly NameRecord[];
  /** Whose name servers the owner's domain is registered with. */
  readonly registered: ZoneHost;
}

/** An answer: records from alias to alias up to what was asked for. */
export interface Resolution {
  readonly code: "NOERROR" | "NXDOMAIN" | "SERVFAIL";
  readonly answers: readonly NameRecord[];
  /** For a negative answer: how long it may be remembered. */
  readonly authority: readonly NameRecord[];
}

const longestChain = 8;

/** Answers a question as a resolver would that has asked everybody. */
export function resolveName(names: Names, asked: string, type: RecordType | "ANY"): Resolution {
  const answers: NameRecord[] = [];
  let name = asked.toLowerCase().replace(/\.$/, "");
  for (let step = 0; step < longestChain; step += 1) {
    const zone = authoritativeZone(names.zones, name, names.registered);
    if (zone === "lame") return failed;
    const found = lookUp(zone?.records ?? names.world, zone?.name ?? "", name, type);
    if (found.kind === "found") {
      return { code: "NOERROR", answers: [...answers, ...found.records], authority: [] };
    }
    if (found.kind !== "alias") {
      const code = found.kind === "no-name" ? "NXDOMAIN" : "NOERROR";
      return { code, answers, authority: zone?.records.filter((record) => record.type === "SOA") ?? [] };
    }
    answers.push(found.record);
    name = found.record.target;
  }
  return failed;
}

const failed: Resolution = { code: "SERVFAIL", answers: [], authority: [] };
