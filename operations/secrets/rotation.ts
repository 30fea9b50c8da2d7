import type { Configuration } from "../../config/configuration.ts";
import type { Rotation, SecretRow } from "../../config/derive/secret-inventory.ts";
import { engineSays, showEngine } from "../stack/engine.ts";

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

/**
 * Writes one plain value into the settings.
 *
 * @param path where, such as `secrets.rotations.odoo-master-password`
 */
export async function setSetting(
  { environment }: RotationOrder,
  path: string,
  value: string | number,
): Promise<void> {
  const words = ["config", "set", "--stack", environment, "--path", path, String(value)];
  await engineSays(words, `${path} cannot be set`);
}

/**
 * Has the engine make everything what the settings say, before the operator's eyes.
 *
 * @param more further words of `pulumi up`
 */
export function bringUp({ environment, yes }: RotationOrder, ...more: string[]): Promise<void> {
  return showEngine("up", "--stack", environment, "--suppress-outputs", ...more, ...(yes ? ["--yes"] : []));
}
