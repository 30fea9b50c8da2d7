/** Chooses the rules. A rule is a file of its own in `rules/`; this file only lists them. */
import { PolicyPack } from "@pulumi/policy";
import { dataIsProtected } from "./rules/data-is-protected.ts";
import { imagesArePinned } from "./rules/images-are-pinned.ts";
import { zoneIsProtected } from "./rules/zone-is-protected.ts";

new PolicyPack("insightpulse", { policies: [dataIsProtected, zoneIsProtected, imagesArePinned] });
