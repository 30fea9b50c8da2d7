/** Serves the rules to the engine. A rule is a file of its own in `rules/`; `rules.ts` lists them. */
import "../components/load-on-demand.ts";
import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules.ts";

new PolicyPack("insightpulse", { policies: [...rules] });
