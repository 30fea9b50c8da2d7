/** The rules of the pack, in the order in which its README lists them. */
import { appSecretsAreTyped } from "./rules/app-secrets-are-typed.ts";
import { bucketsArePrivateAndVersioned } from "./rules/buckets-are-private-and-versioned.ts";
import { caaIsThere } from "./rules/caa-is-there.ts";
import { costsAreWithinBudget } from "./rules/costs-are-within-budget.ts";
import { dataIsProtected } from "./rules/data-is-protected.ts";
import { everythingIsInTheProject } from "./rules/everything-is-in-the-project.ts";
import { hostsAreTaggedAndMonitored } from "./rules/hosts-are-tagged-and-monitored.ts";
import { hostsAreWatched } from "./rules/hosts-are-watched.ts";
import { hostsHaveAFirewall } from "./rules/hosts-have-a-firewall.ts";
import { imagesArePinned } from "./rules/images-are-pinned.ts";
import { namesLeadSomewhere } from "./rules/names-lead-somewhere.ts";
import { odooHasSessions } from "./rules/odoo-has-sessions.ts";
import { onlyTheWebIsOpen } from "./rules/only-the-web-is-open.ts";
import { secretsStayInSecretInputs } from "./rules/secrets-stay-in-secret-inputs.ts";
import { servicesAreWatched } from "./rules/services-are-watched.ts";
import { sshIsForStatedAddresses } from "./rules/ssh-is-for-stated-addresses.ts";
import { timesToLiveAreSane } from "./rules/times-to-live-are-sane.ts";
import { zoneIsProtected } from "./rules/zone-is-protected.ts";

export const rules = [
  onlyTheWebIsOpen,
  sshIsForStatedAddresses,
  hostsHaveAFirewall,
  dataIsProtected,
  zoneIsProtected,
  bucketsArePrivateAndVersioned,
  imagesArePinned,
  appSecretsAreTyped,
  secretsStayInSecretInputs,
  hostsAreTaggedAndMonitored,
  hostsAreWatched,
  servicesAreWatched,
  everythingIsInTheProject,
  namesLeadSomewhere,
  caaIsThere,
  timesToLiveAreSane,
  odooHasSessions,
  costsAreWithinBudget,
] as const;
