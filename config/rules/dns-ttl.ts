import { dnsProviders } from "../derive/dns-providers.ts";
import { setCommand } from "../fault.ts";
import { ttlLimits } from "../tables/dns-limits.ts";
import { rule } from "./rule.ts";

/** Records live as long as everybody allows who holds them. */
export const dnsTtl = rule(["dns"], ({ dns }, { stack }) => {
  const refusing = dnsProviders(dns).find(
    (provider) =>
      dns.ttlSeconds < ttlLimits[provider].minimum || dns.ttlSeconds > ttlLimits[provider].maximum,
  );
  if (refusing === undefined) return [];
  const { minimum, maximum, source } = ttlLimits[refusing];
  const nearest = dns.ttlSeconds < minimum ? minimum : maximum;
  return [
    {
      path: "dns.ttlSeconds",
      problem: `${dns.ttlSeconds} is outside what ${refusing} takes.`,
      allowed: `${minimum} to ${maximum} (${source})`,
      fix: setCommand("dns.ttlSeconds", nearest, stack),
    },
  ];
});
