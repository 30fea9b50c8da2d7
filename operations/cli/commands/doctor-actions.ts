import { diagnose } from "../../doctor/diagnose.ts";
import { formatFindings } from "../../doctor/format.ts";
import { gather } from "../../doctor/gather/gather.ts";
import { formatRecoveryPoint, recoveryPointNow } from "../../doctor/recovery-point.ts";
import { requireEnvironment } from "../../environments.ts";
import { resolversIn } from "../options.ts";
import { print, printJson } from "../output.ts";

const found = 3;

interface Options {
  readonly resolver: readonly string[] | string;
  readonly knownHosts?: string;
  readonly json?: true;
}

/** Looks at everything, and says what is wrong. */
export async function doctor(environment: string, { resolver, knownHosts, json }: Options): Promise<void> {
  requireEnvironment(environment);
  const resolvers = resolversIn(resolver);
  const gathered = await gather({ environment, resolvers, knownHosts });
  const findings = diagnose(gathered);
  if (json) printJson({ environment, findings, recoveryPoint: recoveryPointNow(gathered) });
  else print([formatFindings(environment, findings), ...formatRecoveryPoint(gathered)].join("\n"));
  if (findings.length > 0) process.exitCode = found;
}
