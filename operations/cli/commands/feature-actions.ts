import { requireEnvironment } from "../../environments.ts";
import { Failure } from "../../failure.ts";
import { destroyFeature, expired, raiseFeature } from "../../feature/lifecycle.ts";
import { features } from "../../feature/records.ts";
import { environmentOf } from "../../feature/settings.ts";
import { checkedOut } from "../../git.ts";
import { GitHub } from "../../github/client.ts";
import { print, printJson, say, table } from "../output.ts";

interface UpOptions {
  readonly from: string;
  readonly days: number;
  readonly budget: number;
  readonly approved?: true;
  readonly knownHosts?: string;
}

/** Makes the environment of a branch. */
export async function up(
  branch: string,
  { from, days, budget, approved, knownHosts }: UpOptions,
): Promise<void> {
  requireEnvironment(from);
  if (approved) await new GitHub().requireApproval(branch, (await checkedOut()).commit);
  const { environment, expiresAt } = await raiseFeature(
    { branch, from, days, monthlyUsd: budget, knownHosts },
    say,
  );
  print(`${environment} is up, until ${expiresAt}`);
}

/** Shows which there are. */
export async function list({ json }: { readonly json?: true }): Promise<void> {
  const all = (await features()).map(({ settings: _settings, ...feature }) => feature);
  if (json) printJson({ features: all });
  else if (all.length === 0) print("there are none");
  else
    print(
      table(
        all.map(({ environment, by, expiresAt }) => [environment, by, `until ${expiresAt}`]),
        new Set(),
      ).join("\n"),
    );
}

/** Destroys one, or those whose time is over. */
export async function destroy(
  branch: string | undefined,
  { expired: old }: { readonly expired?: true },
): Promise<void> {
  if ((branch === undefined) === (old === undefined))
    throw new Failure(
      "either a branch or --expired says what is destroyed",
      "./scripts/ops feature destroy --expired",
    );
  const all = await features();
  const chosen =
    branch === undefined
      ? expired(all)
      : all.filter(({ environment }) => environment === environmentOf(branch));
  if (branch !== undefined && chosen.length === 0)
    throw new Failure(`${branch} has no environment`, "./scripts/ops feature list");
  const failures: string[] = [];
  for (const feature of chosen) {
    try {
      await destroyFeature(feature);
      print(`destroyed: ${feature.environment}`);
    } catch (error) {
      // One that cannot be destroyed keeps no other alive.
      failures.push(`${feature.environment}: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (failures.length > 0) throw new Failure(failures.join("\n"));
  if (chosen.length === 0) print("none has expired");
}
