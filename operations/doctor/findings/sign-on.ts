import type { Diagnosis } from "../finding.ts";
import type { Gathered, RedirectAnswer } from "../gathered.ts";
import { converge } from "../mending.ts";

/** Redirect URIs with which nobody can sign in: Google does not know them, or a service sends another one. */
export function signOn(gathered: Gathered): Diagnosis[] {
  if ("unasked" in gathered.redirects) return [];
  return gathered.redirects.answer.flatMap((one) => [...unknown(gathered, one), ...other(gathered, one)]);
}

function unknown({ config }: Gathered, { service, uri, google, idSecret }: RedirectAnswer): Diagnosis[] {
  if (google === "registered") return [];
  const about = { kind: "sign-on", severity: "urgent", where: service } as const;
  const console = "console.cloud.google.com/apis/credentials";
  if (google === "unknown client")
    return [
      {
        ...{ ...about, what: "Google does not know the OAuth client: nobody can sign in" },
        cause: `${idSecret} is no client of Google's any more`,
        fix: [`./scripts/ops rotate ${idSecret} ${config.stack}`],
        byHand: `make one at ${console}; ./scripts/ops sign-on ${config.stack} says how`,
      },
    ];
  return [
    {
      ...{ ...about, what: `Google does not know the redirect URI ${uri}: nobody can sign in` },
      cause: `it is not registered with the client of ${idSecret}`,
      // Google has no API for it.
      fix: [],
      byHand: `add it to the client's authorised redirect URIs at ${console}`,
    },
  ];
}

function other({ config, hosts }: Gathered, { service, uri, sent }: RedirectAnswer): Diagnosis[] {
  if (sent === null || sent === uri) return [];
  const entry = config.resolvedServices.find(({ name }) => name === service);
  const host = entry?.kind === "host" ? hosts.find(({ key }) => key === entry.host) : undefined;
  return [
    {
      ...{ kind: "sign-on", severity: "urgent", where: service },
      what: `people who sign in are sent back to ${sent}, and not to ${uri}`,
      cause: "the sign-on proxy has other settings than the stack has given it",
      fix: host === undefined ? [`pulumi up --stack ${config.stack}`] : [converge(config, host)],
    },
  ];
}
