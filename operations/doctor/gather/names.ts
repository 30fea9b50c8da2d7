import { Resolver as DnsResolver, lookup } from "node:dns/promises";
import type { Configuration } from "../../../config/configuration.ts";
import { planDnsRecords } from "../../../config/derive/dns-records.ts";
import type { NameAnswer, Resolver } from "../gathered.ts";

const answerWithin = { timeout: 3000, tries: 2 };

/** A record as the stack has it. */
export type ExpectedRecord = Pick<NameAnswer, "key" | "name" | "type" | "expected">;

/** Where records point that are not known from the settings. */
export interface Targets {
  /** Addresses of hosts, by key. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Default names of apps, by service. */
  readonly apps: Readonly<Record<string, string>>;
}

/** The addresses and aliases that the zone is to have; those whose target is not known yet are left out. */
export function expectedRecords(config: Configuration, { addresses, apps }: Targets): ExpectedRecord[] {
  return planDnsRecords(config.resolvedServices, config).flatMap(({ key, name, type, target }) => {
    if (type !== "A" && type !== "CNAME") return [];
    const expected = { host: addresses, app: apps };
    const value =
      target.kind === "host"
        ? expected.host[target.host]
        : target.kind === "app"
          ? expected.app[target.service]
          : target.kind === "name"
            ? target.name
            : target.text;
    if (value === undefined) return [];
    const full = name === "@" ? config.domain : `${name}.${config.domain}`;
    return [{ key, name: full, type, expected: value.replace(/\.$/, "") }];
  });
}

/**
 * Who is asked: what this computer asks, the zone's own servers, and the given ones.
 *
 * @param others addresses of further resolvers
 */
export async function resolversOf(domain: string, others: readonly string[]): Promise<Resolver[]> {
  const here: Resolver = { name: "this computer's resolver", addresses: [], kind: "here" };
  const given = others.map((address): Resolver => ({ name: address, addresses: [address], kind: "public" }));
  const servers = await new DnsResolver(answerWithin).resolveNs(domain).catch(() => []);
  const own = await Promise.all(
    servers.sort().map(async (name): Promise<Resolver> => {
      const found = await lookup(name, { all: true, family: 4 }).catch(() => []);
      return { name, addresses: found.map(({ address }) => address), kind: "zone" };
    }),
  );
  return [...own, here, ...given];
}

/** Asks all of them for all records. */
export function askNames(
  records: readonly ExpectedRecord[],
  resolvers: readonly Resolver[],
): Promise<NameAnswer[]> {
  return Promise.all(resolvers.flatMap((resolver) => records.map(async (record) => ask(record, resolver))));
}

async function ask(record: ExpectedRecord, resolver: Resolver): Promise<NameAnswer> {
  const known = { ...record, resolver };
  if (resolver.kind === "zone" && resolver.addresses.length === 0)
    return { ...known, values: null, reason: `${resolver.name} has no address` };
  const dns = new DnsResolver(answerWithin);
  if (resolver.addresses.length > 0) dns.setServers(resolver.addresses);
  try {
    const values = await (record.type === "A" ? dns.resolve4(record.name) : dns.resolveCname(record.name));
    return { ...known, values: values.map((value) => value.replace(/\.$/, "").toLowerCase()).sort() };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTFOUND" || code === "ENODATA") return { ...known, values: [] };
    return { ...known, values: null, reason: code ?? String(error) };
  }
}
