import { type Diagnosis, type Explained, explanation } from "../finding.ts";
import type { Gathered } from "../gathered.ts";
import { asAdministrator } from "../mending.ts";

const noHostKnown = "the stack's state, which says where its host is, could not be read";

/** Why nothing can be said of a service whose name leads this computer nowhere. */
function unknownAt(reason: string): string | undefined {
  return /\b(?:ENOTFOUND|EAI_AGAIN)\b/.test(reason)
    ? "this computer finds no address for its name: without the internet, or where no name server knows it, nobody answers"
    : undefined;
}

/** Services that do not answer as they should, where nothing else has said why. */
export function services({ config, services: answers, hosts }: Gathered, explained: Explained): Diagnosis[] {
  return answers
    .filter(({ service, healthy }) => !healthy && !explained.has(explanation.service(service)))
    .flatMap(({ service: name, reason }): Diagnosis[] => {
      const service = config.resolvedServices.find((one) => one.name === name);
      if (service === undefined) return [];
      const host = service.kind === "host" ? hosts.find(({ key }) => key === service.host) : undefined;
      const about = { kind: "service", severity: "urgent", where: service.url } as const;
      const unknown = unknownAt(reason ?? "") ?? (service.kind === "host" && !host ? noHostKnown : undefined);
      if (unknown !== undefined)
        return [{ ...{ ...about, what: `${name} ${reason}` }, cause: unknown, fix: [] }];
      if (host === undefined)
        return [
          {
            ...{ ...about, what: `${name} ${reason}` },
            cause: "its last deployment failed, or the app does not come up",
            fix: [`pulumi up --stack ${config.stack} --refresh`],
            byHand: "docs/runbooks/failed-deployment.md",
          },
        ];
      return [
        {
          ...{ ...about, what: `${name} ${reason}` },
          cause: `its unit runs and it does not serve: journalctl -u ${name} -n 50 shows its last words`,
          fix: [asAdministrator(config, host, `systemctl restart ${name}.service`)],
          // Converge asks the same question of the unit.
          explains: [explanation.onHost(host.key, `${name}.service`)],
        },
      ];
    });
}
