import { addressRecords, zoneName } from "../name-records.ts";
import { known, stackRule } from "../rule.ts";
import { ofType, sourcesOf } from "../stack.ts";
import { types } from "../types.ts";
import { watchedHosts } from "../watched-hosts.ts";

/** A service that nobody asks about is down until somebody complains. */
export const servicesAreWatched = stackRule({
  name: "services-are-watched",
  description: "Every name of a service has a health check, and every health check an alert.",
  check: (resources, refuse) => {
    const watched = watchedHosts(resources);
    for (const { resource, zone, hostName, value } of addressRecords(resources)) {
      const name = zoneName(zone);
      // The zone itself and its other name are answered beside a service that is watched.
      if (hostName === undefined || hostName === name || value === name || watched.has(hostName)) continue;
      refuse(
        resource,
        `nobody asks whether ${hostName} answers.`,
        "Enter the service in config/catalogue.ts: its health check and alerts follow from it.",
      );
    }
    const alerts = ofType(resources, types.uptimeAlert).filter(
      ({ props }) => known(() => props.type as string) === "down",
    );
    const told = new Set(alerts.flatMap((alert) => sourcesOf(alert, "checkId")).map(({ urn }) => urn));
    for (const check of ofType(resources, types.uptimeCheck)) {
      if (told.has(check.urn)) continue;
      refuse(
        check,
        "nobody is told when it fails.",
        "Give it an UptimeAlert of the type down (ServiceMonitoring does).",
      );
    }
  },
});
