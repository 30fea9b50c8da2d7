import type { Diagnosis } from "../finding.ts";
import type { Gathered } from "../gathered.ts";
import { asAdministrator, withFacts } from "../mending.ts";

const fewInodesPercent = 95;
const hardlyAnythingPercent = 95;

/** Disks on which there is hardly any room, for bytes or for more files. */
export function disks(gathered: Gathered): Diagnosis[] {
  const { config } = gathered;
  return withFacts(gathered).flatMap(({ host, facts }) =>
    facts.disks.flatMap(({ folder, usedBytes, usableBytes, inodesPercent }): Diagnosis[] => {
      const percent = (100 * usedBytes) / usableBytes;
      const isFull = percent >= config.monitoring.diskPercent;
      if (!isFull && inodesPercent < fewInodesPercent) return [];
      return [
        {
          kind: "disk",
          severity: percent >= hardlyAnythingPercent || inodesPercent >= fewInodesPercent ? "urgent" : "soon",
          what: isFull
            ? `the disk is ${percent.toFixed(0)} % full, more than ${config.monitoring.diskPercent}`
            : `the disk has hardly any room for more files: ${inodesPercent.toFixed(0)} % of its inodes are used`,
          where: `${host.key}: ${folder}`,
          cause: "logs, images of earlier releases and downloaded packages are what grows by itself",
          fix: [
            // Each by a command of its own: one may find nothing to free.
            "journalctl --rotate --vacuum-size=100M",
            "systemctl start prune-images.service",
            "apt-get clean",
          ].map((command) => asAdministrator(config, host, command)),
          byHand: `where that is not enough: ${asAdministrator(config, host, `du -xhd 2 ${folder}`)} shows what is large`,
        },
      ];
    }),
  );
}
