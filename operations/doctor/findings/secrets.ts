import type { Diagnosis } from "../finding.ts";
import type { Gathered } from "../gathered.ts";

/** Secrets that are older than the settings allow. */
export function secrets({ config, secrets: known }: Gathered): Diagnosis[] {
  return known
    .filter(({ age }) => age.overdue)
    .map(({ name, age }) => ({
      ...{ kind: "secret", severity: "soon", where: name },
      what: `the secret is ${age.days} days old, and may be ${age.limit}`,
      cause: "nobody has rotated it since",
      fix: [`./scripts/ops rotate ${name} ${config.stack}`],
    }));
}
