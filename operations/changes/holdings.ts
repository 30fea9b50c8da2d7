/**
 * What is lost with a resource. The table is complete for what the program declares: a type that is not in it counts as
 * holding data until somebody has thought about it.
 */

/**
 * - `nothing`: it only watches, groups or carries out; made again, it is what it was.
 * - `rebuildable`: the program makes it again from the settings, after an outage or with another address.
 * - `data`: what it holds comes back from a backup, or not at all.
 */
export type Holds = "nothing" | "rebuildable" | "data";

/** What a resource holds, and what its loss means in a few words. */
export interface Holding {
  readonly holds: Holds;
  /** Completes "with it goes ...". */
  readonly loss: string;
}

const data = (loss: string): Holding => ({ holds: "data", loss });
const rebuildable = (loss: string): Holding => ({ holds: "rebuildable", loss });
const nothing: Holding = { holds: "nothing", loss: "nothing that is not made again at once" };

const byType: Readonly<Record<string, Holding>> = {
  "cloudflare:index/dnsRecord:DnsRecord": rebuildable(
    "a name, until it is made again and caches have run out",
  ),
  "cloudflare:index/zone:Zone": rebuildable("every name of the zone, until they are made again"),
  "command:remote:Command": nothing,
  "digitalocean:index/app:App": rebuildable("the service, until it is deployed again"),
  "digitalocean:index/containerRegistry:ContainerRegistry": data(
    "every image in it, those a rollback needs too",
  ),
  "digitalocean:index/dnsRecord:DnsRecord": rebuildable(
    "a name, until it is made again and caches have run out",
  ),
  "digitalocean:index/domain:Domain": rebuildable("every name of the zone, until they are made again"),
  "digitalocean:index/droplet:Droplet": data("everything on its disk"),
  "digitalocean:index/firewall:Firewall": rebuildable(
    "the firewall in front of a host, until it is made again",
  ),
  "digitalocean:index/monitorAlert:MonitorAlert": nothing,
  "digitalocean:index/project:Project": rebuildable("the project that shows the resources together"),
  "digitalocean:index/projectResources:ProjectResources": nothing,
  "digitalocean:index/reservedIp:ReservedIp": rebuildable("the address, which nobody gets back"),
  "digitalocean:index/spacesBucket:SpacesBucket": data("every backup in it"),
  "digitalocean:index/spacesKey:SpacesKey": rebuildable("a key, until the hosts have the new one"),
  "digitalocean:index/sshKey:SshKey": rebuildable("a public key of the account"),
  "digitalocean:index/tag:Tag": rebuildable(
    "what finds droplets by this tag: their firewall and their alerts",
  ),
  "digitalocean:index/uptimeAlert:UptimeAlert": nothing,
  "digitalocean:index/uptimeCheck:UptimeCheck": nothing,
  "digitalocean:index/volume:Volume": data("everything on it"),
  "digitalocean:index/vpc:Vpc": rebuildable("a network, and the private addresses in it"),
  "random:index/randomPassword:RandomPassword": data("whatever only this secret opens"),
  "tls:index/privateKey:PrivateKey": data("the way onto every host"),
};

/** Passwords of database logins open data and hold none: one that is lost is made anew, and a rotation replaces it. */
const loginPassword = rebuildable("a password, until its service has the new one");

const unclassed = data("what nobody has said yet: operations/changes/holdings.ts does not know the type");

/** What is lost with a resource of this type and name. Components and providers hold nothing themselves. */
export function holdingOf(type: string, name: string): Holding {
  if (type.startsWith("pulumi:") || type.startsWith("insightpulse:")) return nothing;
  if (name.startsWith("database-role-")) return loginPassword;
  return byType[type] ?? unclassed;
}
