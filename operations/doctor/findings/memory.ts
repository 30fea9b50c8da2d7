import type { Diagnosis } from "../finding.ts";
import type { Gathered } from "../gathered.ts";
import { asAdministrator, withFacts } from "../mending.ts";

/** Hosts that are short of memory. */
export function memory(gathered: Gathered): Diagnosis[] {
  const { config } = gathered;
  return withFacts(gathered).flatMap(({ host, facts }): Diagnosis[] => {
    const { usedPercent, pressurePercent, largest } = facts.memory;
    const isPressed = pressurePercent >= config.watch.memoryPressurePercent;
    if (!isPressed && usedPercent < config.monitoring.memoryPercent) return [];
    const who =
      largest === null ? "" : `${largest.unit} has most of it: ${Math.round(largest.bytes / 2 ** 20)} MiB`;
    return [
      {
        ...{ kind: "memory", severity: isPressed ? "urgent" : "soon", where: host.key },
        what: isPressed
          ? `memory is short: for ${pressurePercent.toFixed(0)} % of the last minute something waited for it`
          : `memory is ${usedPercent.toFixed(0)} % in use, more than ${config.monitoring.memoryPercent}`,
        cause: who || "nobody counts which service has it",
        fix: largest === null ? [] : [asAdministrator(config, host, `systemctl restart ${largest.unit}`)],
        byHand: `where it comes back, the host is too small: hosts.${host.key}.size in the settings`,
      },
    ];
  });
}
