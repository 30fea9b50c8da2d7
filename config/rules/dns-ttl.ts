import { setCommand } from "../fault.ts";
import { ttlLimits } from "../tables/dns-limits.ts";
import { rule } from "./rule.ts";

/** Records live as long as their vendor allows. */
export const dnsTtl = rule(["dns"], ({ dns }, { stack }) => {
  const { minimum, maximum, source } = ttlLimits[dns.provider];
  if (dns.ttlSeconds >= minimum && dns.ttlSeconds <= maximum) return [];
  const nearest = dns.ttlSeconds < minimum ? minimum : maximum;
  return [
    {
      path: "dns.ttlSeconds",
      problem: `${dns.ttlSeconds} is outside what ${dns.provider} takes.`,
      allowed: `${minimum} to ${maximum} (${source})`,
      fix: setCommand("dns.ttlSeconds", nearest, stack),
    },
  ];
});
