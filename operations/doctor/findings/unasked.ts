import { type Diagnosis, type Explained, explanation } from "../finding.ts";
import type { Gathered } from "../gathered.ts";

/** Whoever could not be asked: that nobody looked is no sign of health. */
export function unasked(gathered: Gathered, explained: Explained): Diagnosis[] {
  const { state, cloud, locks, redirects, kits, hosts, config } = gathered;
  const { stack } = config;
  const asked = [
    {
      whom: "state",
      what: "the stack's state",
      answer: state,
      fix: `pulumi login && pulumi stack select ${stack}`,
    },
    {
      whom: "cloud",
      what: "the cloud",
      answer: cloud,
      fix: `pulumi refresh --preview-only --stack ${stack}`,
    },
    { whom: "locks", what: "the backend's locks", answer: locks, fix: "pulumi login" },
    {
      whom: "sign-on",
      what: "Google about sign-on",
      answer: redirects,
      fix: `./scripts/ops sign-on ${stack}`,
    },
    {
      whom: "kits",
      what: "the buckets with disaster kits",
      answer: kits,
      fix: `./scripts/ops kit list ${stack}`,
    },
    ...hosts.map(({ key, drift }) => ({
      ...{ whom: key, what: `${key} about what was changed on it`, answer: drift },
      fix: `./scripts/ops drift ${stack}`,
    })),
  ];
  return asked.flatMap(({ whom, what, answer, fix }): Diagnosis[] => {
    if ("answer" in answer || explained.has(explanation.unasked(whom))) return [];
    return [
      {
        ...{ kind: "reach", severity: "soon", what: "nobody could look", where: what },
        cause: answer.unasked,
        fix: [fix],
      },
    ];
  });
}
