import type { CloudDifference } from "./cloud-difference.ts";

/** A variable of a component of an app. */
export interface AppVariable {
  readonly key: string;
  /** `SECRET` or `GENERAL`, which is what one without a type is. */
  readonly type?: string | undefined;
  /** Encrypted where it is secret. */
  readonly value?: string | undefined;
}

/** The variables of an app's components, by the component's name. */
export type AppVariables = Readonly<Record<string, readonly AppVariable[]>>;

const variablePath = /^spec\.[A-Za-z]+\[\d+\]\.envs\b/;
/** The provider tells the platform whom an alert reaches, and never reads it back. */
const neverReadPath = /(^|\.)alerts\[\d+\]\.destinations\b/;

/**
 * What differs in an app. DigitalOcean gives secret variables back encrypted, anew each time: their values differ always and
 * mean nothing, so one of them that was changed by hand is not seen. That it was added, taken away or made no secret is. The
 * engine is not asked about variables: where one is secret, it covers all.
 *
 * @param paths where the engine sees a difference
 */
export function appDifferences(
  was: AppVariables,
  is: AppVariables,
  paths: readonly string[],
): CloudDifference[] {
  // A component that is there no more, or is new, is told by its path.
  const both = Object.keys(was).filter((component) => is[component] !== undefined);
  const variables = both.flatMap((component) =>
    variablesThatDiffer(was[component] ?? [], is[component] ?? []),
  );
  const others = paths.filter((path) => !variablePath.test(path) && !neverReadPath.test(path));
  return [...variables, ...others.map((what) => ({ what }))];
}

function variablesThatDiffer(
  before: readonly AppVariable[],
  after: readonly AppVariable[],
): CloudDifference[] {
  const was = new Map(before.map((one) => [one.key, one]));
  const now = new Map(after.map((one) => [one.key, one]));
  const kept = [...was.values()].flatMap((one) => {
    const other = now.get(one.key);
    return other === undefined ? [] : [{ key: one.key, one, other }];
  });
  return [
    ...[...was.keys()]
      .filter((key) => !now.has(key))
      .map((key) => ({ what: `variable ${key}`, how: "is gone" })),
    ...[...now.keys()]
      .filter((key) => !was.has(key))
      .map((key) => ({ what: `variable ${key}`, how: "was added" })),
    ...kept
      .filter(({ one, other }) => isSecret(one) && !isSecret(other))
      .map(({ key }) => ({ what: `variable ${key}`, how: "is no secret any more" })),
    ...kept
      .filter(({ one, other }) => !isSecret(one) && one.value !== other.value)
      .map(({ key }) => ({ what: `variable ${key}`, how: "has another value" })),
  ];
}

const isSecret = ({ type }: AppVariable) => type === "SECRET";
