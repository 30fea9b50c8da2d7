import { Failure } from "../framework/errors.ts";

/** Splits an import id of two parts joined by a comma; `form` is shown when it is not of that form. */
export function splitImportId(id: string, form: string): [string, string] {
  const [first, second, ...rest] = id.split(",");
  if (!first || !second || rest.length > 0)
    throw new Failure(`The import id must have the form "${form}"; got "${id}".`);
  return [first, second];
}
