import { shellQuote } from "../engine/quote.ts";
import { type EngineVariables, variablesToUnset } from "../engine/variables.ts";

/** Lines for `eval` in a POSIX shell. */
export function shellExports({ path, variables }: EngineVariables): string {
  return [
    `unset ${variablesToUnset.join(" ")}`,
    `export PATH=${path.map(shellQuote).join(":")}:"$PATH"`,
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${shellQuote(value)}`),
  ].join("\n");
}
