import { deployUser } from "../../config/naming.ts";
import { accountOf, type HostContext } from "./context.ts";
import type { HostPart } from "./part.ts";
import { hostFile } from "./template.ts";

const rules = "/etc/insightpulse/neighbours.nft";
const unitFile = "/etc/systemd/system/neighbours.service";

/** The walls between services that share a host's network, and between them and what the cloud tells the host. */
export function neighboursPart({ services }: HostContext): HostPart {
  const users = [...services.map(accountOf), deployUser].map((user) => `"${user}"`).join(", ");
  const walls = services.map((service) => {
    const { port, extraPorts = {}, container } = service;
    const queue = container.queue === undefined ? [] : [container.queue.port];
    return { account: accountOf(service), ports: [port, ...Object.values(extraPorts), ...queue].join(", ") };
  });
  return {
    packages: ["nftables"],
    files: [hostFile(rules, { values: { users, services: walls } }), hostFile(unitFile)],
    units: [{ name: "neighbours.service", enabled: true, restartOn: [rules, unitFile], reloadOn: [] }],
  };
}
