import type { HostContext, ServiceHere } from "./context.ts";
import type { HostPart } from "./part.ts";
import { hostFile, secretFile } from "./template.ts";
import { generatedValue } from "./variables.ts";

const passwordFile = "/etc/redis/insightpulse-password.conf";
const program = "/usr/local/lib/insightpulse/queue-password";
const unitFile = "/etc/systemd/system/redis-server.service.d/insightpulse.conf";

/** Redis of the distribution as a service's job queue: on loopback, behind a password, kept on disk. */
export function queuePart(service: ServiceHere, context: HostContext): HostPart {
  const { queue } = service.container;
  if (queue === undefined) return {};
  const { port, memoryMib, passwordSecret } = queue;
  const password = generatedValue(service, passwordSecret, context);
  return {
    packages: ["redis-server"],
    files: [
      hostFile("/etc/redis/insightpulse.conf", { values: { service: service.name, port, memoryMib } }),
      secretFile(passwordFile, { group: "redis", values: { password } }),
      hostFile(unitFile, { values: { memoryMaxMib: memoryMib * 2 } }),
      hostFile(program),
    ],
    units: [
      {
        name: "redis-server.service",
        enabled: true,
        restartOn: ["/etc/redis/insightpulse.conf", unitFile],
        // Another password is accepted beside the present one: whoever is connected stays so.
        reloadOn: [passwordFile],
      },
    ],
  };
}

/** Behind the service in the order of units: once it has taken another password, the one before opens nothing. */
export function queueAfterwardsPart({ container }: ServiceHere): HostPart {
  if (container.queue === undefined) return {};
  const file = "/etc/systemd/system/queue-password.service";
  const restartOn = [passwordFile, program, file];
  const unit = { name: "queue-password.service", enabled: true, restartOn, reloadOn: [] };
  return { files: [hostFile(file)], units: [unit] };
}
