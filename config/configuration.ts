import type { ResolvedService } from "./resolve.ts";
import type { Settings } from "./schema.ts";

/** What the program gets from its configuration. */
export interface Configuration extends Settings {
  /** The stack's name. */
  readonly stack: string;
  /** The catalogue as this environment runs it. */
  readonly resolvedServices: readonly ResolvedService[];
  /** Names of the secrets this environment needs; all of them are set. */
  readonly secretNames: readonly string[];
  /** What is allowed but should be known, each a full sentence. */
  readonly warnings: readonly string[];
}
