import type { Checked, Naming } from "./check.ts";
import { check, DEFAULTS, plan } from "./check.ts";
import type { Change } from "./diff.ts";
import { diff, withoutIgnored } from "./diff.ts";
import { Failure, NotReady, Unfinished } from "./errors.ts";
import type { Operation } from "./operation.ts";
import { secretPaths } from "./properties.ts";
import type { Resource } from "./resource.ts";
import { inputsOf, mergeState } from "./state.ts";
import type { Fields, Path } from "./values.ts";
import { isEqual, UNKNOWN } from "./values.ts";
import type { Unwrapped } from "./wrapping.ts";

/** What a diff tells the engine. */
export interface DiffResult {
  changes: Change[];
  deleteBeforeReplace: boolean;
}

/** A resource as the engine is to store it. */
export interface Stored {
  id: string;
  state: Unwrapped;
  inputs?: Unwrapped;
}

/** Checks the declared inputs of a resource. */
export function checkResource<Clients>(
  resource: Resource<Clients>,
  previous: Unwrapped,
  declared: Unwrapped,
  naming: Naming,
): Checked & { secrets: Path[] } {
  const { inputs, failures } = check(resource.inputs, previous.fields, declared.fields, naming);
  const ruleFailures =
    failures.length === 0 ? (resource.validate?.(plan(resource.inputs, inputs)) ?? []) : [];
  return {
    inputs,
    failures: [...failures, ...ruleFailures],
    secrets: [...declared.secrets, ...secretPaths(resource.inputs, inputs)],
  };
}

/** Finds what would change, and whether the resource must go before its replacement comes. */
export function diffResource<Clients>(
  resource: Resource<Clients>,
  stored: Fields,
  inputs: Fields,
  ignored: string[],
): DiffResult {
  const declared = plan(resource.inputs, inputs);
  const found = withoutIgnored(diff(resource.inputs, stored, declared), ignored);
  const changes = resource.refineChanges?.(found, stored, declared) ?? found;
  const replaces = changes.some((change) => change.replace);
  return { changes, deleteBeforeReplace: replaces && keepsGivenName(resource, stored, declared) };
}

/** A name that the program chose is taken until the old resource is gone. */
function keepsGivenName<Clients>(resource: Resource<Clients>, stored: Fields, declared: Fields): boolean {
  const filledIn = declared[DEFAULTS];
  return Object.entries(resource.inputs).some(
    ([name, property]) =>
      property.autoName !== undefined &&
      !(Array.isArray(filledIn) && filledIn.includes(name)) &&
      declared[name] !== undefined &&
      isEqual(stored[name], declared[name]),
  );
}

/** The outputs a creation will have, as far as they are known beforehand. */
export function previewCreation<Clients>(resource: Resource<Clients>, inputs: Unwrapped): Unwrapped {
  const planned = plan(resource.inputs, inputs.fields);
  const state: Fields = {};
  for (const [name, property] of Object.entries({ ...resource.outputs, ...resource.inputs })) {
    const declared = planned[name];
    if (declared !== undefined) state[name] = declared;
    else if (name in resource.outputs || property.computed) state[name] = UNKNOWN;
  }
  return withSecrets(resource, state, inputs.secrets);
}

/** The outputs a change in place will have: the stored ones, except for what is declared or known to change. */
export function previewUpdate<Clients>(
  resource: Resource<Clients>,
  stored: Unwrapped,
  inputs: Unwrapped,
): Unwrapped {
  const planned = plan(resource.inputs, inputs.fields);
  const state: Fields = { ...stored.fields };
  const spelt = sameInOtherWords(resource, stored.fields, planned);
  for (const [name, property] of Object.entries(resource.inputs)) {
    const declared = planned[name];
    if (spelt.has(name)) continue;
    if (declared !== undefined) state[name] = declared;
    else if (!property.computed) delete state[name];
  }
  for (const name of resource.changedOutputs?.(stored.fields, planned) ?? []) state[name] = UNKNOWN;
  return withSecrets(resource, state, [...stored.secrets, ...inputs.secrets]);
}

/** Properties that are declared in other words than they are stored, and mean the same: the stored words stay. */
function sameInOtherWords<Clients>(
  resource: Resource<Clients>,
  stored: Fields,
  declared: Fields,
): Set<string> {
  const found = diff(resource.inputs, stored, declared);
  const changed = (resource.refineChanges?.(found, stored, declared) ?? found).map(({ path }) => path[0]);
  return new Set(found.flatMap(({ path: [name] }) => (changed.includes(name) ? [] : String(name))));
}

/** Creates the resource. */
export async function createResource<Clients>(
  resource: Resource<Clients>,
  clients: Clients,
  inputs: Unwrapped,
  operation: Operation,
): Promise<Stored> {
  const planned = plan(resource.inputs, inputs.fields);
  const store = (state: Fields) =>
    withSecrets(
      resource,
      mergeState(resource.inputs, resource.outputs, planned, state, "applied"),
      inputs.secrets,
    );
  try {
    const { id, state } = await resource.create(clients, planned, operation);
    return { id, state: store(state) };
  } catch (error) {
    throw error instanceof Unfinished
      ? new NotReady(error.id, store(error.state), inputs, error.message)
      : error;
  }
}

/** Reads the resource for a refresh or, when nothing is known of it, for an import. Undefined when it is gone. */
export async function readResource<Clients>(
  resource: Resource<Clients>,
  clients: Clients,
  id: string,
  known: Unwrapped,
  inputs: Unwrapped,
  operation: Operation,
): Promise<Stored | undefined> {
  const isImport = Object.keys(known.fields).length === 0 && Object.keys(inputs.fields).length === 0;
  if (isImport && resource.importable === false) {
    throw new Failure(
      `${resource.token} cannot be imported: the official provider has no importer for it either.`,
    );
  }
  const live = await resource.read(clients, id, known.fields, operation);
  if (live === undefined) return undefined;
  const merged = mergeState(resource.inputs, resource.outputs, known.fields, live.state, "stored");
  const secrets = [...known.secrets, ...inputs.secrets];
  return {
    id: live.id,
    state: withSecrets(resource, merged, secrets),
    inputs: withSecrets(
      resource,
      inputsOf(resource.inputs, merged, isImport ? undefined : inputs.fields),
      secrets,
    ),
  };
}

/** Changes the resource in place. */
export async function updateResource<Clients>(
  resource: Resource<Clients>,
  clients: Clients,
  id: string,
  stored: Unwrapped,
  inputs: Unwrapped,
  operation: Operation,
): Promise<Stored> {
  if (resource.update === undefined) {
    throw new Failure(`${resource.token} cannot be changed in place; every change of it is a replacement.`);
  }
  const planned = plan(resource.inputs, inputs.fields);
  const known = previewUpdate(resource, stored, inputs);
  for (const name of resource.changedOutputs?.(stored.fields, planned) ?? []) delete known.fields[name];
  const store = (state: Fields) =>
    withSecrets(
      resource,
      mergeState(resource.inputs, resource.outputs, known.fields, state, "applied"),
      known.secrets,
    );
  try {
    const live = await resource.update(clients, id, stored.fields, planned, operation);
    return { id: live.id, state: store(live.state) };
  } catch (error) {
    throw error instanceof Unfinished ? new NotReady(id, store(error.state), inputs, error.message) : error;
  }
}

/** Marks as secret what the schema declares so, what was secret before, and what may quote a secret. */
function withSecrets<Clients>(resource: Resource<Clients>, fields: Fields, secrets: Path[]): Unwrapped {
  const { outputs = [], inputs = [] } = resource.quotes ?? {};
  const quoted = secrets.some(([first]) => inputs.includes(String(first)))
    ? outputs.map((name) => [name])
    : [];
  const declared = secretPaths({ ...resource.outputs, ...resource.inputs }, fields);
  return { fields, secrets: [...secrets, ...quoted, ...declared] };
}
