import type * as pulumi from "@pulumi/pulumi";

/** Resource option that takes a live resource over by its id; nothing without an id. */
export function importing(id: string | undefined): Pick<pulumi.CustomResourceOptions, "import"> {
  return id === undefined ? {} : { import: id };
}
