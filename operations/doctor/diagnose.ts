import type { Diagnosis, Explained, Finding } from "./finding.ts";
import { backups } from "./findings/backups.ts";
import { certificates } from "./findings/certificates.ts";
import { clock } from "./findings/clock.ts";
import { cloudDrift } from "./findings/cloud-drift.ts";
import { database } from "./findings/database.ts";
import { disks } from "./findings/disks.ts";
import { firewall } from "./findings/firewall.ts";
import { hostDrift } from "./findings/host-drift.ts";
import { kit } from "./findings/kit.ts";
import { locks } from "./findings/locks.ts";
import { memory } from "./findings/memory.ts";
import { names } from "./findings/names.ts";
import { ports } from "./findings/ports.ts";
import { reach } from "./findings/reach.ts";
import { secrets } from "./findings/secrets.ts";
import { services } from "./findings/services.ts";
import { signOn } from "./findings/sign-on.ts";
import { unasked } from "./findings/unasked.ts";
import { units } from "./findings/units.ts";
import type { Gathered } from "./gathered.ts";

/** Causes before what follows from them: what is explained is told once. */
const kinds: readonly ((gathered: Gathered, explained: Explained) => Diagnosis[])[] = [
  ...[locks, reach, names, certificates, firewall, units, ports],
  ...[disks, memory, clock, database, backups, secrets, signOn],
  // What mends others may renew what the kit holds.
  ...[services, hostDrift, cloudDrift, kit, unasked],
];

/** What is not as it should be, the urgent first. */
export function diagnose(gathered: Gathered): Finding[] {
  const explained = new Set<string>();
  const found: Finding[] = [];
  for (const kind of kinds)
    for (const { explains = [], ...finding } of kind(gathered, explained)) {
      found.push(finding);
      for (const one of explains) explained.add(one);
    }
  return found.sort((one, other) => rank(one) - rank(other));
}

function rank({ severity }: Finding): number {
  return severity === "urgent" ? 0 : 1;
}
