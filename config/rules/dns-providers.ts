import { dnsProviders } from "../derive/dns-providers.ts";
import { type Fault, removeCommand, setCommand } from "../fault.ts";
import { rule } from "./rule.ts";

/** Each provider is named once, and Cloudflare has what it needs. */
export const dnsProvidersAreComplete = rule(["dns"], ({ dns }, { stack }) => {
  const faults: Fault[] = [];
  const named = new Set<string>([dns.provider]);
  dns.alsoServe.forEach((provider, position) => {
    if (named.has(provider)) {
      const path = `dns.alsoServe[${position}]`;
      faults.push({
        path,
        problem: `"${provider}" already holds the records${provider === dns.provider ? ": it is dns.provider" : ""}.`,
        allowed: "each provider once, in dns.provider or here",
        fix: removeCommand(path, stack),
      });
    }
    named.add(provider);
  });
  if (dnsProviders(dns).includes("cloudflare") && dns.cloudflare === undefined) {
    faults.push({
      path: "dns.cloudflare",
      problem: "is missing, but cloudflare is to hold the records.",
      allowed: "zoneId of an existing zone, or accountId to make the zone in",
      fix: setCommand("dns.cloudflare.zoneId", "ZONE_ID", stack),
    });
  }
  return faults;
});
