import type { HostContext, ServiceHere } from "./context.ts";
import type { HostPart } from "./part.ts";
import { hostFile, secretFile } from "./template.ts";
import { generatedValue } from "./variables.ts";

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
      secretFile("/etc/redis/insightpulse-password.conf", { group: "redis", values: { password } }),
      hostFile(unitFile, { values: { memoryMaxMib: memoryMib * 2 } }),
    ],
    units: [
      {
        name: "redis-server.service",
        enabled: true,
        restartOn: ["/etc/redis/insightpulse*.conf", unitFile],
        reloadOn: [],
      },
    ],
  };
}
