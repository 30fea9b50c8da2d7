import { formatUsd } from "../derive/money.ts";
import { registryRepositories } from "../derive/registry-repositories.ts";
import { setCommand } from "../fault.ts";
import { resolveServices } from "../resolve.ts";
import { registryTiers } from "../tables/prices.ts";
import { rule } from "./rule.ts";

/**
 * The tier that is paid for holds every repository the services come from: the vendor refuses the first image of one more only when
 * it is pushed, long after the change that needs it was reviewed, and its price with it.
 */
export const registryTier = rule(["registry", "services", "domain"], (settings, { stack, catalogue }) => {
  const { managed, tier } = settings.registry;
  const repositories = registryRepositories(resolveServices(catalogue, settings));
  if (!managed || repositories.length <= registryTiers[tier].repositories) return [];
  const large = Object.entries(registryTiers).filter(
    ([, offer]) => offer.repositories >= repositories.length,
  );
  const [smallest = ""] = large.map(([name]) => name);
  return [
    {
      path: "registry.tier",
      problem: `"${tier}" holds ${registryTiers[tier].repositories}, and the services come from ${repositories.length} repositories of it: ${repositories.join(", ")}.`,
      allowed: large.map(([name, { monthlyUsd }]) => `${name} (${formatUsd(monthlyUsd)} a month)`).join(", "),
      fix: setCommand("registry.tier", smallest, stack),
    },
  ];
});
