import type { Configuration } from "../../config/configuration.ts";
import type { HostBundle, HostFile, Validation } from "../bundle.ts";
import { administratorsPart } from "./administrators.ts";
import { alarmPart } from "./alarm.ts";
import { backupPart } from "./backup.ts";
import { certificatePart } from "./certificate.ts";
import { containerPart } from "./container.ts";
import { containersPart } from "./containers.ts";
import { type HostContext, type HostValues, hostContext, type ServiceHere } from "./context.ts";
import { databaseAuthorityPart } from "./database.ts";
import { neighboursPart } from "./neighbours.ts";
import { nginxPart } from "./nginx.ts";
import { odooPart, odooUnit, odooUpdate } from "./odoo.ts";
import { type HostPart, joinParts } from "./part.ts";
import { queueAfterwardsPart, queuePart } from "./queue.ts";
import { signOnPart } from "./sign-on.ts";
import { systemPart } from "./system.ts";
import { watchPart } from "./watch.ts";

/**
 * Everything a host is to be, from the configuration and its secrets. A pure function: the same input gives the same
 * bundle, so that its hash says whether anything has to be done.
 *
 * @param host key of the host in the configuration
 * @throws Error when the configuration refers to a value that is not given
 */
export function renderHostBundle(host: string, config: Configuration, values: HostValues): HostBundle {
  const context = hostContext(host, config, values);
  const parts = [
    systemPart(context),
    administratorsPart(context),
    containersPart(context),
    neighboursPart(context),
    databaseAuthorityPart(context),
    ...context.services.map((service) => servicePart(service, context)),
    signOnPart(context),
    nginxPart(context),
    certificatePart(context),
    alarmPart(context),
    backupPart(context),
  ];
  const lists = joinParts([...parts, watchPart(context, joinParts(parts).units)]);
  return {
    version: 1,
    host,
    firewall: { sshFrom: config.ssh.allowFrom, open: [80, 443] },
    ...lists,
    validations: [...lists.validations, unitsVerified(lists.files)],
  };
}

/** systemd reads all our own units before they replace the old ones; drop-ins belong to units that are not ours. */
function unitsVerified(files: readonly HostFile[]): Validation {
  const units = files
    .map(({ path }) => path)
    .filter((path) => /^\/etc\/systemd\/system\/[^/]+\.(service|timer)$/.test(path));
  return {
    paths: ["/etc/systemd/system/**"],
    command: ["/usr/bin/systemd-analyze", "verify", "--man=no", "--recursive-errors=no", ...units],
  };
}

function servicePart(service: ServiceHere, context: HostContext): HostPart {
  const isOdoo = service.name === "odoo";
  const wants = [
    ...(isOdoo ? odooUnit.wants : []),
    ...(service.container.queue ? ["redis-server.service"] : []),
  ];
  const parts = [
    queuePart(service, context),
    containerPart(service, context, {
      wants,
      restartOn: isOdoo ? odooUnit.restartOn : [],
      update: isOdoo ? odooUpdate(service, context) : undefined,
    }),
    ...(isOdoo ? [odooPart(service, context)] : []),
    queueAfterwardsPart(service),
  ];
  return joinParts(parts);
}
