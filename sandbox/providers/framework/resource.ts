import type { CheckFailure } from "./check.ts";
import type { Change } from "./diff.ts";
import type { Operation } from "./operation.ts";
import type { Properties } from "./properties.ts";
import type { Fields } from "./values.ts";

/** What the service holds of a resource, in the words of the program. */
export interface Live {
  id: string;
  state: Fields;
}

/** One type of resource: what it takes, what it gives, and how it is made, read, changed and deleted. */
export interface Resource<Clients> {
  /** `package:module:Type`. */
  token: string;
  inputs: Properties;
  /** Outputs that are not inputs too. */
  outputs: Properties;
  /** False when the official provider has no importer for it. */
  importable?: boolean;
  /** Outputs that may quote certain inputs, and so are secret whenever one of those is. */
  quotes?: { outputs: string[]; inputs: string[] };
  /** Rules beyond the type of each input. */
  validate?(inputs: Fields): CheckFailure[];
  /** Adjusts the changes found, for instance where one replaces only in one direction. */
  refineChanges?(changes: Change[], stored: Fields, declared: Fields): Change[];
  /** Outputs that a change in place will make new, so that a preview must not promise the old value. */
  changedOutputs?(stored: Fields, declared: Fields): string[];
  create(clients: Clients, inputs: Fields, operation: Operation): Promise<Live>;
  /** Undefined when it is gone. `known` is the stored state, empty on import. */
  read(clients: Clients, id: string, known: Fields, operation: Operation): Promise<Live | undefined>;
  /** Absent when every change replaces. */
  update?(clients: Clients, id: string, stored: Fields, inputs: Fields, operation: Operation): Promise<Live>;
  delete(clients: Clients, id: string, stored: Fields, operation: Operation): Promise<void>;
}

/** A data source: arguments in, answer out. */
export interface Lookup<Clients> {
  token: string;
  read(clients: Clients, inputs: Fields, operation: Operation): Promise<Fields>;
}

/** One whole provider. */
export interface Provider<Clients> {
  name: string;
  version: string;
  /** Names of provider settings that are secret. */
  secretConfiguration?: string[];
  /** Whether one secret in a list makes all of the list one. */
  hasSecretLists?: boolean;
  resources: Resource<Clients>[];
  lookups: Lookup<Clients>[];
  configure(configuration: Fields): Clients;
}
