import type { Rotation, SecretRow } from "../../config/derive/secret-inventory.ts";
import type { Configuration } from "../../config/load.ts";

/** What every way of rotating a secret is given. */
export interface RotationOrder {
  readonly environment: string;
  readonly configuration: Configuration;
  /** Whether nobody is asked before `pulumi up`. */
  readonly yes: boolean;
  readonly knownHosts: string | undefined;
}

/** A secret that is rotated in one of the ways. */
export type RotatedBy<By extends Rotation["by"]> = SecretRow & {
  readonly rotation: Extract<Rotation, { readonly by: By }>;
};

/** Whether a secret is rotated in this way. */
export function isRotatedBy<By extends Rotation["by"]>(row: SecretRow, by: By): row is RotatedBy<By> {
  return row.rotation.by === by;
}
