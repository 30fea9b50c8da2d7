import { isWithin, type NameRecord, type Zone, type ZoneHost } from "./records.ts";

const mostDelegations = 8;

/**
 * The zone whose answer a resolver would end with; "lame" when it is sent to servers that do not hold the zone, and
 * undefined when nobody here holds one.
 *
 * As on the real internet, a vendor's name servers answer from the deepest zone they hold, delegated or not; to another
 * vendor's servers only NS records lead.
 *
 * @param registered whose servers a domain that both hold is registered with
 */
export function authoritativeZone(
  zones: readonly Zone[],
  name: string,
  registered: ZoneHost,
): Zone | "lame" | undefined {
  const covering = zones.filter((zone) => isWithin(name, zone.name));
  const top = Math.min(...covering.map((zone) => zone.name.length));
  const roots = covering.filter((zone) => zone.name.length === top);
  const first = roots.find(({ host }) => host === registered) ?? roots[0];
  if (!first) return undefined;
  let zone: Zone | undefined = deepest(covering, first.host);
  for (let step = 0; step < mostDelegations && zone; step += 1) {
    const cut = delegationIn(zone, name);
    if (!cut) return zone;
    zone = deepest(
      covering.filter((other) => isWithin(other.name, cut.name)),
      hostOf(cut.target),
    );
  }
  return "lame";
}

function deepest(zones: readonly Zone[], host: ZoneHost | undefined): Zone | undefined {
  return zones.filter((zone) => zone.host === host).sort((a, b) => b.name.length - a.name.length)[0];
}

function delegationIn(zone: Zone, name: string): (NameRecord & { type: "NS" }) | undefined {
  return zone.records.find(
    (record): record is NameRecord & { type: "NS" } =>
      record.type === "NS" && record.name !== zone.name && isWithin(name, record.name),
  );
}

function hostOf(nameServer: string): ZoneHost | undefined {
  if (isWithin(nameServer, "digitalocean.com")) return "digitalocean";
  return isWithin(nameServer, "ns.cloudflare.com") ? "cloudflare" : undefined;
}
