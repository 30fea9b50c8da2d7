import type { Diagnosis } from "../finding.ts";
import type { Gathered } from "../gathered.ts";
import { asAdministrator, withFacts } from "../mending.ts";

/** Signatures of requests, tokens and codes of sign-ins are refused long before a quarter of an hour. */
const toleratedSeconds = 30;

/** Clocks that are wrong, or that nobody keeps. */
export function clock(gathered: Gathered): Diagnosis[] {
  const { config } = gathered;
  return withFacts(gathered).flatMap(({ host, facts }): Diagnosis[] => {
    const seconds = Math.round(Math.abs(facts.aheadSeconds));
    const isWrong = seconds > toleratedSeconds;
    if (!isWrong && facts.clock !== "adrift") return [];
    const direction = facts.aheadSeconds > 0 ? "ahead of" : "behind";
    return [
      {
        ...{ kind: "clock", severity: isWrong ? "urgent" : "soon", where: host.key },
        what: isWrong
          ? `the clock is ${seconds} s ${direction} this computer's`
          : "nobody keeps the clock in time",
        cause:
          facts.clock === "adrift"
            ? "no service that keeps it is switched on"
            : "it has not caught up yet, or this computer's own is wrong (timedatectl)",
        fix: ["timedatectl set-ntp true", "systemctl restart systemd-timesyncd.service"].map((command) =>
          asAdministrator(config, host, command),
        ),
      },
    ];
  });
}
