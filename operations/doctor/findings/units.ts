import type { Configuration } from "../../../config/configuration.ts";
import { servicesOn } from "../../../config/resolve.ts";
import { type Diagnosis, explanation } from "../finding.ts";
import type { HostFacts } from "../gather/host-facts.ts";
import type { ExaminedHost, Gathered } from "../gathered.ts";
import { asAdministrator, withFacts } from "../mending.ts";

/** Units that are to run and do not, that run and are not to, and that have failed. */
export function units(gathered: Gathered): Diagnosis[] {
  const { config } = gathered;
  return withFacts(gathered).flatMap(({ host, facts }) => {
    const declared = new Set(host.declared.units.map(({ name }) => name));
    return [
      ...host.declared.units.flatMap((unit) => ofDeclared(config, host, facts, unit)),
      ...facts.failed.filter(({ unit }) => !declared.has(unit)).map((one) => ofFailed(config, host, one)),
    ];
  });
}

function ofDeclared(
  config: Configuration,
  host: ExaminedHost,
  facts: HostFacts,
  { name, enabled }: ExaminedHost["declared"]["units"][number],
): Diagnosis[] {
  const state = facts.units[name] ?? "not there";
  const runs = ["active", "activating", "reloading", "refreshing"].includes(state);
  if (runs === enabled) return [];
  const about = {
    ...({ kind: "units", where: `${host.key}: ${name}` } as const),
    explains: [explanation.onHost(host.key, name), ...servicesBehind(config, host, name)],
  };
  if (!enabled)
    return [
      {
        ...{ ...about, severity: "soon", what: "the unit runs, and is not to" },
        cause: "somebody has started it",
        fix: [asAdministrator(config, host, `systemctl stop ${name}`)],
      },
    ];
  const result = facts.failed.find(({ unit }) => unit === name)?.result;
  const isTimer = name.endsWith(".timer");
  return [
    {
      ...{ ...about, severity: isTimer ? "soon" : "urgent", what: `the unit is ${state}, and is to run` },
      cause:
        result === undefined
          ? `somebody has stopped it${isTimer ? "; what it starts will not run again" : ""}`
          : `it has failed (${result}): journalctl -u ${name} -n 50 shows its last words`,
      fix: [
        ...(result === undefined ? [] : [asAdministrator(config, host, `systemctl reset-failed ${name}`)]),
        asAdministrator(config, host, `systemctl start ${name}`),
      ],
    },
  ];
}

function ofFailed(
  config: Configuration,
  host: ExaminedHost,
  { unit, result, transient }: HostFacts["failed"][number],
): Diagnosis {
  const isOurs = host.declared.files.includes(`/etc/systemd/system/${unit}`);
  // What was started once by hand is not started again; what a timer starts has its work still to do.
  const command = transient || /@/.test(unit) ? "reset-failed" : "restart";
  return {
    ...{ kind: "units", severity: isOurs ? "urgent" : "soon", what: "the unit has failed" },
    where: `${host.key}: ${unit}`,
    cause: `${result}: journalctl -u ${unit} -n 50 shows its last words`,
    fix: [asAdministrator(config, host, `systemctl ${command} ${unit}`)],
    explains: [explanation.onHost(host.key, unit)],
  };
}

/** Services that do not answer while a unit does not run: its own, or all of the host where it is nginx. */
function servicesBehind(config: Configuration, { key }: ExaminedHost, name: string): string[] {
  const unit = name.replace(/\.service$/, "");
  return servicesOn(key, config.resolvedServices)
    .filter((service) => unit === "nginx" || service.name === unit)
    .map((service) => explanation.service(service.name));
}
