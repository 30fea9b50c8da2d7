import { portsOf, servicesOn } from "../../../config/resolve.ts";
import { type Diagnosis, type Explained, explanation } from "../finding.ts";
import type { HostFacts } from "../gather/host-facts.ts";
import { declaredPorts } from "../gather/ports.ts";
import type { ExaminedHost, Gathered } from "../gathered.ts";
import { asAdministrator, converge } from "../mending.ts";

type Listener = HostFacts["listeners"][number];

/** Ports that are open and should not be, programs that would answer others, and doors that are shut. */
export function ports(gathered: Gathered, explained: Explained): Diagnosis[] {
  return gathered.hosts.flatMap((host) => [...closed(gathered, host, explained), ...open(gathered, host)]);
}

function closed({ config }: Gathered, host: ExaminedHost, explained: Explained): Diagnosis[] {
  // Where nobody answers at all, or nginx does not run, that is another finding.
  const isDead = !host.ports.some(({ isOpen }) => isOpen);
  if (isDead || explained.has(explanation.onHost(host.key, "nginx.service"))) return [];
  // Whether SSH is open to this computer, the settings decide.
  const shut = host.ports.filter(({ port, isOpen }) => !isOpen && [80, 443].includes(port));
  if (shut.length === 0) return [];
  return [
    {
      ...{
        kind: "ports",
        severity: "urgent",
        what: `${portList(shut)} does not answer`,
        where: whereIs(host),
      },
      cause: "a firewall is closed, or nginx does not listen there",
      fix: [converge(config, host)],
      explains: servicesOn(host.key, config.resolvedServices).map(({ name }) => explanation.service(name)),
    },
  ];
}

function open(gathered: Gathered, host: ExaminedHost): Diagnosis[] {
  const listeners = "answer" in host.facts ? host.facts.answer.listeners : [];
  const answering = host.ports.filter(({ port, isOpen }) => isOpen && !declaredPorts.includes(port));
  const inside = listeners.filter(
    ({ protocol, port }) => protocol !== "tcp" || !declaredPorts.includes(port),
  );
  const numbers = new Set([...answering, ...inside].map(({ port }) => port));
  return [...numbers]
    .sort((one, other) => one - other)
    .map((port) => {
      const isReached = answering.some((one) => one.port === port);
      const listener = inside.find((one) => one.port === port);
      return {
        ...{ kind: "ports", severity: isReached ? "urgent" : "soon", where: whereIs(host) },
        what: isReached
          ? `port ${port} is open to the world`
          : `${listener?.program ?? "a program"} listens to everybody on port ${port} (${listener?.protocol})`,
        cause: causeOf(listener, isReached),
        fix: fixOf(gathered, host, port, listener),
      } satisfies Diagnosis;
    });
}

function causeOf(listener: Listener | undefined, isReached: boolean): string {
  if (listener === undefined) return "something answers there, and the firewalls let it through";
  const { program, unit } = listener;
  const who = `${program ?? "a program"}${unit === null ? "" : ` (${unit})`} is not bound to loopback`;
  return isReached
    ? `${who}, and the firewalls let it through`
    : `${who}; only the firewalls keep others from it`;
}

function fixOf(
  { config }: Gathered,
  host: ExaminedHost,
  port: number,
  listener: Listener | undefined,
): string[] {
  const isOurs = servicesOn(host.key, config.resolvedServices).some((service) =>
    portsOf(service).includes(port),
  );
  if (listener === undefined) return [converge(config, host)];
  const { unit, process, startsAtBoot } = listener;
  if (isOurs)
    return [
      converge(config, host),
      ...(unit === null ? [] : [asAdministrator(config, host, `systemctl restart ${unit}`)]),
    ];
  if (unit?.endsWith(".service"))
    return [
      asAdministrator(config, host, `systemctl stop ${unit}`),
      ...(startsAtBoot ? [asAdministrator(config, host, `systemctl disable ${unit}`)] : []),
    ];
  return process === null ? [converge(config, host)] : [asAdministrator(config, host, `kill ${process}`)];
}

function portList(list: readonly { readonly port: number }[]): string {
  return `port ${list.map(({ port }) => port).join(" and ")}`;
}

function whereIs({ key, address }: ExaminedHost): string {
  return `${key} (${address})`;
}
