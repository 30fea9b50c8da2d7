import { setCommand, show } from "../fault.ts";
import { rule } from "./rule.ts";

/** A stack is called after its environment, and production always protects what holds data. */
export const environments = rule(["environment", "protectData"], (settings, { stack }) => {
  const faults = [];
  if (settings.environment !== stack) {
    faults.push({
      path: "environment",
      problem: `${show(settings.environment)} is not the stack that is selected.`,
      allowed: stack,
      fix: setCommand("environment", stack, stack),
    });
  }
  if (settings.environment === "prod" && !settings.protectData) {
    faults.push({
      path: "protectData",
      problem: "false is not allowed in prod: droplets, zone, volumes and buckets must refuse to be deleted.",
      allowed: "true",
      fix: setCommand("protectData", true, stack),
    });
  }
  return faults;
});
