import { known, stackRule } from "../rule.ts";
import { ofType, tagsOf } from "../stack.ts";
import { types } from "../types.ts";

const watched = {
  cpu: "CPU",
  memory_utilization_percent: "memory",
  disk_utilization_percent: "disk",
} as const;

/** A host that runs full is noticed before its services are. */
export const hostsAreWatched = stackRule({
  name: "hosts-are-watched",
  description: "Every droplet has alerts on its CPU, memory and disk.",
  check: (resources, refuse) => {
    const alerts = ofType(resources, types.monitorAlert).filter(
      ({ props }) => known(() => props.enabled) !== false,
    );
    for (const droplet of ofType(resources, types.droplet)) {
      const tags = tagsOf(droplet);
      if (tags.length === 0) continue;
      const about = alerts
        .filter((alert) => tagsOf(alert).some((tag) => tags.includes(tag)))
        .map(({ props }) => known(() => props.type as string) ?? "");
      const missing = Object.entries(watched)
        .filter(([metric]) => !about.some((type) => type.endsWith(`/${metric}`)))
        .map(([, word]) => word);
      if (missing.length === 0) continue;
      refuse(
        droplet,
        `no alert watches its ${missing.join(", ")}.`,
        "Give it a HostMonitoring with its own tag, as index.ts does for every host of the settings.",
      );
    }
  },
});
