import type { CloudDifference } from "./cloud-difference.ts";

interface Variable {
  readonly key: string;
  readonly type?: string;
  readonly scope?: string;
}

type Component = { readonly name?: string; readonly envs?: readonly Variable[] };

/** What of an app's specification is looked at here; it has more, which the engine's own paths name. */
export type AppSpecification = Readonly<Record<string, unknown>> | undefined;

const kinds = ["services", "workers", "jobs", "staticSites", "functions"] as const;
const variablePath =
  /^spec\.(?<kind>[A-Za-z]+)\[(?<component>\d+)\]\.envs(\[(?<variable>\d+)\](\.(?<field>\w+))?)?/;

/**
 * What differs in an app. DigitalOcean gives secret variables back encrypted, anew each time: their values differ always and
 * mean nothing, so one of them that was changed by hand is not seen. That it was added, taken away or made no secret is.
 *
 * @param paths where the engine sees a difference
 */
export function appDifferences(
  before: AppSpecification,
  after: AppSpecification,
  paths: readonly string[],
): CloudDifference[] {
  const found = kinds.flatMap((kind) => {
    const [was, is] = [componentsOf(before, kind), componentsOf(after, kind)];
    return was.flatMap((component, index) =>
      variablesThatDiffer(component, is[index], paths, `spec.${kind}[${index}]`),
    );
  });
  const others = paths.filter((path) => !variablePath.test(path)).map((what) => ({ what }));
  return [...found, ...others];
}

function componentsOf(specification: AppSpecification, kind: (typeof kinds)[number]): readonly Component[] {
  const components = specification?.[kind];
  return Array.isArray(components) ? components : [];
}

function variablesThatDiffer(
  { envs: before = [] }: Component,
  is: Component | undefined,
  paths: readonly string[],
  place: string,
): CloudDifference[] {
  if (is === undefined) return [];
  const after = is.envs ?? [];
  const [was, now] = [
    new Map(before.map((one) => [one.key, one])),
    new Map(after.map((one) => [one.key, one])),
  ];
  const gone = [...was.keys()].filter((key) => !now.has(key));
  const added = [...now.keys()].filter((key) => !was.has(key));
  const uncovered = [...was.values()].filter(
    ({ key, type }) => type === "SECRET" && now.has(key) && now.get(key)?.type !== "SECRET",
  );
  // Once the lists differ, the engine compares what stands at the same place under different names.
  const sameList =
    before.length === after.length && before.every(({ key }, index) => key === after[index]?.key);
  const changed = sameList
    ? before.filter((variable, index) => isChanged(variable, paths, `${place}.envs[${index}]`))
    : [];
  return [
    ...gone.map((key) => ({ what: `variable ${key}`, how: "is gone" })),
    ...added.map((key) => ({ what: `variable ${key}`, how: "was added" })),
    ...uncovered.map(({ key }) => ({ what: `variable ${key}`, how: "is no secret any more" })),
    ...changed.map(({ key }) => ({ what: `variable ${key}`, how: "has another value" })),
  ];
}

function isChanged({ type }: Variable, paths: readonly string[], place: string): boolean {
  return type !== "SECRET" && paths.some((path) => path === place || path.startsWith(`${place}.`));
}
