import type { CloudDrift } from "../../cloud/drift.ts";
import { type Diagnosis, explanation } from "../finding.ts";
import type { Gathered, NameAnswer } from "../gathered.ts";
import { restoreResource } from "../mending.ts";

/** Records that lead elsewhere than the stack says: in the zone itself, or in the memory of a resolver. */
export function names(gathered: Gathered): Diagnosis[] {
  const wrong = gathered.names.filter((one) => one.values !== null && !isRight(one));
  const records = Map.groupBy(wrong, ({ key }) => key);
  return [...[...records.values()].map((answers) => ofRecord(gathered, answers)), ...silent(gathered)];
}

/** A name has one address or alias. */
function isRight({ values, expected }: NameAnswer): boolean {
  return values?.length === 1 && values[0] === expected.toLowerCase();
}

function ofRecord(gathered: Gathered, answers: readonly NameAnswer[]): Diagnosis {
  const inZone = answers.filter(({ resolver }) => resolver.kind === "zone");
  const [first] = inZone.length > 0 ? inZone : answers;
  if (first === undefined) throw new Error("a record without an answer");
  const { name, type, expected, values, key } = first;
  const where = `${name} ${type}`;
  const found = values?.length ? `leads to ${values.join(", ")}` : "does not exist";
  const what = `the name ${found}, and should lead to ${expected}`;
  const explains = servicesOf(gathered, name);
  const askers = answers.map(({ resolver }) => resolver.name).join(", ");
  if (inZone.length === 0) return { ...remembered(gathered, what, where, askers, answers), explains };
  const urn = resourceOf(gathered, key);
  const drift = urn === undefined ? undefined : driftOf(gathered, urn);
  return {
    ...{ kind: "names", severity: "urgent", what, where },
    cause: `the zone itself has it so (${askers}): somebody has changed the record`,
    fix:
      urn === undefined
        ? [`pulumi up --stack ${gathered.config.stack} --refresh`]
        : [drift?.fix ?? restoreResource(gathered.config, urn)],
    explains: [...explains, ...(urn === undefined ? [] : [explanation.resource(urn)])],
  };
}

/** The zone is right: whoever asked before it was remembers what it said then. */
function remembered(
  { config }: Gathered,
  what: string,
  where: string,
  askers: string,
  answers: readonly NameAnswer[],
): Diagnosis {
  const isHere = answers.some(({ resolver }) => resolver.kind === "here");
  return {
    ...{ kind: "names", severity: "soon", what, where },
    cause: `${askers} remembers what the zone said before; that ends after ${config.dns.ttlSeconds} s at most`,
    fix: isHere ? ["sudo resolvectl flush-caches"] : [],
    byHand:
      "public resolvers forget a name at once when asked to: one.one.one.one/purge-cache, developers.google.com/speed/public-dns/cache",
  };
}

/** Resolvers that answer nothing at all. */
function silent({ names: answers, config }: Gathered): Diagnosis[] {
  const resolvers = Map.groupBy(answers, ({ resolver }) => resolver.name);
  return [...resolvers].flatMap(([name, own]) => {
    const [first] = own;
    if (first === undefined || own.some(({ values }) => values !== null)) return [];
    const isOwn = first.resolver.kind === "zone";
    return [
      {
        ...{
          kind: "names",
          severity: isOwn ? "urgent" : "soon",
          what: "a resolver answers nothing",
          where: name,
        },
        cause: `${first.reason ?? "no reason is known"}; ${isOwn ? `${config.domain} names it as its server` : "it is none of the zone's own servers"}`,
        fix: [],
        byHand: isOwn
          ? `dig +trace ${config.domain} NS says who names it; servers that are not the zone's are changed at the registrar`
          : "ask another one (--resolver)",
      } satisfies Diagnosis,
    ];
  });
}

function servicesOf({ config }: Gathered, name: string): string[] {
  return config.resolvedServices
    .filter(({ hostName }) => hostName === name)
    .map((service) => explanation.service(service.name));
}

function resourceOf({ state }: Gathered, key: string): string | undefined {
  return "answer" in state ? state.answer.find(({ name }) => name === `dns-${key}`)?.urn : undefined;
}

function driftOf({ cloud }: Gathered, urn: string): CloudDrift | undefined {
  return "answer" in cloud ? cloud.answer.find((one) => one.urn === urn) : undefined;
}
