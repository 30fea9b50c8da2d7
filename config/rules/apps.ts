import { type Fault, setCommand, show } from "../fault.ts";
import { appServices, resolveServices } from "../resolve.ts";
import { appSizes } from "../tables/app-sizes.ts";
import { appRegions } from "../tables/regions.ts";
import { rule } from "./rule.ts";

/** An app's size exists and holds it, and its region is a word App Platform knows. */
export const apps = rule(["services", "domain"], (settings, { stack, catalogue }) =>
  appServices(resolveServices(catalogue, settings)).flatMap((service): Fault[] => {
    const faults: Fault[] = [];
    const path = `services.${service.name}`;
    const size = appSizes[service.size];
    const fitting = Object.entries(appSizes).filter(
      ([, offer]) => offer.memoryMib >= service.minimumMemoryMib,
    );
    const smallest = fitting[0]?.[0] ?? service.size;
    if (size === undefined) {
      faults.push({
        path: `${path}.size`,
        problem: `${show(service.size)} is not an App Platform size.`,
        allowed: Object.keys(appSizes).join(", "),
        fix: setCommand(`${path}.size`, smallest, stack),
      });
    } else if (size.memoryMib < service.minimumMemoryMib) {
      faults.push({
        path: `${path}.size`,
        problem: `${show(service.size)} has ${size.memoryMib} MiB; ${service.title} does not live in less than ${service.minimumMemoryMib}.`,
        allowed: fitting.map(([slug, offer]) => `${slug} ($${offer.monthlyUsd})`).join(", "),
        fix: setCommand(`${path}.size`, smallest, stack),
      });
    }
    if (!appRegions.includes(service.appRegion)) {
      faults.push({
        path: `${path}.appRegion`,
        problem: `${show(service.appRegion)} is not a region of App Platform, whose words have no number.`,
        allowed: appRegions.join(", "),
        fix: setCommand(`${path}.appRegion`, "sfo", stack),
      });
    }
    return faults;
  }),
);
