import type { Diagnosis } from "../finding.ts";
import type { Gathered } from "../gathered.ts";
import { asAdministrator, withFacts } from "../mending.ts";

/** Poolers of the database that a host cannot reach, or that refuse its login. */
export function database(gathered: Gathered): Diagnosis[] {
  const { config } = gathered;
  return withFacts(gathered).flatMap(({ host, facts }) => {
    const failing = facts.database.filter(({ wrong }) => wrong !== null);
    const reasons = Map.groupBy(failing, ({ wrong }) => mending(wrong ?? "").kind);
    return [...reasons.values()].map((pooled): Diagnosis => {
      const wrong = pooled[0]?.wrong ?? "";
      const { cause, command, byHand } = mending(wrong);
      return {
        ...{ kind: "database", severity: "urgent", what: `the database cannot be used: ${wrong}` },
        where: `${pooled[0]?.host}:${pooled.map(({ port }) => port).join(",")}, from ${host.key}`,
        cause,
        fix:
          command === undefined
            ? []
            : [
                command.on === "host"
                  ? asAdministrator(config, host, command.words)
                  : `${command.words} ${config.stack}`,
              ],
        ...(byHand === undefined ? {} : { byHand }),
      };
    });
  });
}

interface Mending {
  readonly kind: "login" | "name" | "server";
  readonly cause: string;
  readonly command?: { readonly on: "host" | "stack"; readonly words: string };
  readonly byHand?: string;
}

function mending(wrong: string): Mending {
  if (/authentication failed|SASL|no such user|permission denied/i.test(wrong))
    return {
      kind: "login",
      cause:
        "the login of the role watch was changed in the database, and this host does not know its password",
      command: { on: "stack", words: "./scripts/ops rotate watch" },
    };
  if (/could not translate host name|Name or service not known/i.test(wrong))
    return {
      kind: "name",
      cause: "the host cannot resolve the pooler's name",
      command: { on: "host", words: "systemctl restart systemd-resolved.service" },
    };
  return {
    kind: "server",
    cause: "the pooler or the project behind it is down, or paused",
    byHand: "status.supabase.com; a project that was paused is restored in Supabase's dashboard",
  };
}
