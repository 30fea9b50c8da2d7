import { type Diagnosis, explanation } from "../finding.ts";
import type { ExaminedHost, Gathered } from "../gathered.ts";
import { converge } from "../mending.ts";

/** Hosts that cannot be asked, and names that nobody answers. */
export function reach(gathered: Gathered): Diagnosis[] {
  return gathered.hosts.flatMap((host) => {
    if ("answer" in host.facts) return [];
    return [host.ports.some(({ isOpen }) => isOpen) ? unentered(gathered, host) : dead(gathered, host)];
  });
}

function dead(gathered: Gathered, host: ExaminedHost): Diagnosis {
  const { key, address } = host;
  const name = gathered.config.hosts[key]?.name ?? key;
  return {
    ...{ kind: "reach", severity: "urgent", what: "the host answers nobody", where: `${key} (${address})` },
    cause: "no port is open from here: it is switched off, hangs, or both firewalls are closed",
    fix: [
      `doctl compute droplet-action power-cycle "$(doctl compute droplet list ${name} --format ID --no-header)" --wait`,
    ],
    byHand: `the droplet's console (cloud.digitalocean.com/droplets) shows what it says at its start`,
    explains: everythingOn(gathered, host),
  };
}

function unentered({ config }: Gathered, host: ExaminedHost): Diagnosis {
  const reason = "unasked" in host.facts ? host.facts.unasked : "";
  return {
    ...{ kind: "reach", severity: "urgent", what: "the host does not say how it is" },
    where: `${host.key} (${host.address})`,
    cause: reason,
    fix: [converge(config, host)],
    explains: [explanation.unasked(host.key)],
  };
}

function everythingOn({ config }: Gathered, { key }: ExaminedHost): string[] {
  const services = config.resolvedServices.filter(
    (service) => service.kind === "host" && service.host === key,
  );
  return [explanation.unasked(key), ...services.map(({ name }) => explanation.service(name))];
}
