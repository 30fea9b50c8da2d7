import { after, before } from "node:test";
import { EditedStack } from "../support/edited-stack.ts";
import { changesOfApps } from "./changes/apps.ts";
import { changesThatCostData } from "./changes/data.ts";
import { changesOfDnsProvider } from "./changes/dns-provider.ts";
import { changesOfHosts } from "./changes/hosts.ts";
import { changeOfProviderVersion } from "./changes/provider-version.ts";
import { changesRefused, refusedEverywhere } from "./changes/refusals.ts";
import { changesOfServices } from "./changes/services.ts";

// One environment for all of them: each begins and ends with its settings as they are in the repository.
const staging = new EditedStack("staging");
before(() => staging.begin());
after(() => staging.sandbox.remove());

changesOfHosts(staging);
changesOfServices(staging);
changesOfApps(staging);
changesOfDnsProvider(staging);
changeOfProviderVersion(staging);
changesRefused(staging, refusedEverywhere);
// Last: a replaced bucket does not come back.
changesThatCostData(staging);
