import { print, say } from "../cli/output.ts";
import { Failure } from "../failure.ts";
import { engineSays } from "../stack/engine.ts";
import { type StackResource, stackResources } from "../stack/resources.ts";
import { requireIdleBackups, type Welcome, welcomes } from "./acceptance.ts";
import { requireSecret } from "./inventory.ts";
import { bringUp, isRotatedBy, type RotatedBy, type RotationOrder, setSetting } from "./rotation.ts";

/**
 * Has the stack make another one: counted up in the settings, made beside the one before it, accepted where it opens something,
 * taken by everybody in one `pulumi up`, at whose end the one before it goes. Broken off, the same command goes on.
 */
export async function rotateInStack(asked: RotatedBy<"stack">, order: RotationOrder): Promise<void> {
  const { environment, configuration } = order;
  const { name } = asked;
  const state = await stackResources(environment);
  const count = configuration.secrets.rotations[name] ?? 0;
  const before = unfinished(asked, count, state, order) ?? asked;
  const from = before === asked ? count : count - 1;
  if (named(state, before.resource).length === 0)
    throw new Failure(`${name} of ${environment} has not been made yet`, `pulumi up --stack ${environment}`);
  const after = rowAt(name, from + 1, order);
  const { acceptedFirstBy, disturbsBackups, afterwards } = before.rotation;
  if (disturbsBackups) await requireIdleBackups(order);

  if (before === asked) await setSetting(order, `secrets.rotations.${name}`, from + 1);
  else say(`${name}: a rotation has been begun, and goes on`);
  let welcome: Welcome | undefined;
  try {
    if (acceptedFirstBy !== undefined) {
      await makeBeside(before, after, state, order);
      welcome = await welcomes[acceptedFirstBy](after.resource ?? "", order);
    }
    await letGo(environment, before.rotation.goes);
    await bringUp(order);
  } catch (error) {
    say(`nobody is shut out: ./scripts/ops rotate ${name} ${environment} goes on where this stopped`);
    throw error;
  }
  const left = named(await stackResources(environment), before.resource).filter(
    () => before.resource !== after.resource,
  );
  if (left.length > 0)
    throw new Failure(`${before.resource} is still there`, `pulumi up --stack ${environment}`);
  await welcome?.finish();
  print(
    [
      `${name} is another one, and the one before it opens nothing. Commit Pulumi.${environment}.yaml.`,
      afterwards,
    ]
      .filter((line) => line !== undefined)
      .join("\n"),
  );
}

/** The row of before, where the settings have been counted up and what goes is still there beside what comes, or without it. */
function unfinished(
  asked: RotatedBy<"stack">,
  count: number,
  state: readonly StackResource[],
  order: RotationOrder,
): RotatedBy<"stack"> | undefined {
  if (count === 0) return undefined;
  const before = rowAt(asked.name, count - 1, order);
  return before.resource !== asked.resource && named(state, before.resource).length > 0 ? before : undefined;
}

/** The secret's row as it is after so many rotations. */
function rowAt(name: string, count: number, { configuration }: RotationOrder): RotatedBy<"stack"> {
  const secrets = {
    ...configuration.secrets,
    rotations: { ...configuration.secrets.rotations, [name]: count },
  };
  const row = requireSecret(name, { ...configuration, secrets });
  if (!isRotatedBy(row, "stack")) throw new Error(`${name} is not rotated by the stack`);
  return row;
}

function named(state: readonly StackResource[], wanted: string | undefined): StackResource[] {
  return state.filter(({ name }) => name === wanted);
}

/** Only the new one is made: everything else stays as it is, and goes on with the one before. */
async function makeBeside(
  before: RotatedBy<"stack">,
  after: RotatedBy<"stack">,
  state: readonly StackResource[],
  order: RotationOrder,
): Promise<void> {
  if (named(state, after.resource).length > 0) return;
  const [old] = named(state, before.resource);
  const urn = old?.urn.replace(/::[^:]+$/, `::${after.resource}`) ?? "";
  await bringUp(order, "--target", urn);
}

/** What holds data is protected. These have their successors, so they may go, each alone and for this once. */
async function letGo(environment: string, names: readonly string[]): Promise<void> {
  const state = await stackResources(environment);
  const urns = state.filter(({ name, protect }) => protect && names.includes(name)).map(({ urn }) => urn);
  if (urns.length === 0) return;
  const words = ["state", "unprotect", ...urns, "--yes", "--stack", environment];
  await engineSays(words, `${names.join(", ")} cannot be let go`);
}
