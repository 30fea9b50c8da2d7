import type { Settings } from "../schema.ts";

/** Somebody who holds the records, or `elsewhere`, who is only told of them. */
export type DnsProvider = Settings["dns"]["provider"];

/** Everybody who holds the records; first the one the zone is delegated to. */
export function dnsProviders({
  provider,
  alsoServe,
}: Pick<Settings["dns"], "provider" | "alsoServe">): readonly DnsProvider[] {
  return [provider, ...alsoServe];
}
