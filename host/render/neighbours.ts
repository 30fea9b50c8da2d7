import { gatedServices } from "../../config/derive/sign-on.ts";
import { deployUser } from "../../config/naming.ts";
import { portsOf } from "../../config/resolve.ts";
import { signOnProxy } from "../../config/sign-on.ts";
import { accountOf, type HostContext } from "./context.ts";
import type { HostPart } from "./part.ts";
import { proxyAccount } from "./sign-on.ts";
import { hostFile } from "./template.ts";

const rules = "/etc/insightpulse/neighbours.nft";
const unitFile = "/etc/systemd/system/neighbours.service";

/** The walls between services that share a host's network, and between them and what the cloud tells the host. */
export function neighboursPart({ services }: HostContext): HostPart {
  const owners = [
    ...services.map((service) => ({ account: accountOf(service), ports: portsOf(service) })),
    ...(gatedServices(services).length > 0 ? [{ account: proxyAccount, ports: [signOnProxy.port] }] : []),
  ];
  const users = [...owners.map(({ account }) => account), deployUser].map((user) => `"${user}"`).join(", ");
  const walls = owners.map(({ account, ports }) => ({ account, ports: ports.join(", ") }));
  return {
    packages: ["nftables"],
    files: [hostFile(rules, { values: { users, services: walls } }), hostFile(unitFile)],
    units: [{ name: "neighbours.service", enabled: true, restartOn: [rules, unitFile], reloadOn: [] }],
  };
}
