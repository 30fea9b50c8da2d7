import { type Diagnosis, explanation } from "../finding.ts";
import type { ExaminedHost, Gathered } from "../gathered.ts";
import { asAdministrator, converge, withFacts } from "../mending.ts";

/** A host's own firewall that is off, or lets in others than the stack says. */
export function firewall(gathered: Gathered): Diagnosis[] {
  const { config } = gathered;
  return withFacts(gathered).flatMap(({ host, facts }): Diagnosis[] => {
    const { active, incoming, rules } = facts.firewall;
    const about = {
      ...({ kind: "firewall", severity: "urgent", where: `${host.key}: ufw` } as const),
      explains: [explanation.onHost(host.key, "ufw")],
    };
    if (!active)
      return [
        {
          ...{ ...about, what: "the host's firewall is off" },
          cause: "somebody has disabled it; only the cloud's firewall keeps others out",
          fix: [
            asAdministrator(config, host, "ufw --force enable"),
            ...(differs(host, rules) ? [converge(config, host)] : []),
          ],
        },
      ];
    if (incoming !== null && incoming !== "deny")
      return [
        {
          ...{ ...about, what: `the host's firewall lets in whatever no rule speaks of (${incoming})` },
          cause: "somebody has changed its default",
          fix: [converge(config, host)],
        },
      ];
    if (!differs(host, rules)) return [];
    const wanted = wantedRules(host.declared.firewall);
    const added = rules.filter((rule) => !wanted.includes(rule)).map((rule) => `has "${rule}" more`);
    const missing = wanted.filter((rule) => !rules.includes(rule)).map((rule) => `lacks "${rule}"`);
    return [
      {
        ...{ ...about, what: `the host's firewall ${[...added, ...missing].join(", ")}` },
        cause: "somebody has changed its rules by hand",
        fix: [converge(config, host)],
      },
    ];
  });
}

function differs({ declared }: ExaminedHost, rules: readonly string[]): boolean {
  const wanted = wantedRules(declared.firewall);
  return wanted.length !== rules.length || wanted.some((rule) => !rules.includes(rule));
}

/** The rules in ufw's own words, as `host/converge/firewall.py` gives them. */
export function wantedRules({ open, sshFrom }: ExaminedHost["declared"]["firewall"]): string[] {
  const doors = open.map((port) => `allow ${port}/tcp`);
  if (sshFrom.some((source) => ["0.0.0.0/0", "::/0"].includes(source))) return [...doors, "allow 22/tcp"];
  return [
    ...doors,
    ...sshFrom.map(
      (source) => `allow from ${source.replace(/\/32$|(?<=:.*)\/128$/, "")} to any port 22 proto tcp`,
    ),
  ];
}
