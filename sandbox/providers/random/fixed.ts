import type { Property } from "../framework/properties.ts";
import { map, string } from "../framework/properties.ts";
import type { Live, Resource } from "../framework/resource.ts";
import type { Fields } from "../framework/values.ts";

/** Free values whose change asks for a new random value. */
export const keepers = (): Property => map(string(), { replace: true });

/** A value that is made once and then only lives in the stack's state. */
export interface Fixed extends Pick<Resource<void>, "token" | "inputs" | "outputs" | "validate"> {
  make(inputs: Fields): Live;
  /** Takes over a value that was made elsewhere, given as the import id. */
  adopt(value: string): Live;
}

/** Makes a resource of it: nothing to read, nothing to delete, and every change is a new one. */
export function fixed({ make, adopt, ...definition }: Fixed): Resource<void> {
  return {
    ...definition,
    create: async (_clients, inputs) => make(inputs),
    read: async (_clients, id, known) => (Object.keys(known).length === 0 ? adopt(id) : { id, state: {} }),
    // Reached only for what does not replace, and that is kept in the state alone.
    update: async (_clients, id) => ({ id, state: {} }),
    delete: async () => {},
  };
}
