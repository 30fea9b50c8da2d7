import { createHash } from "node:crypto";
import type { Configuration } from "../../config/configuration.ts";
import type { SecretRow } from "../../config/derive/secret-inventory.ts";
import type { OpenSettings } from "../stack/settings.ts";
import { imagesOf } from "./images.ts";
import { type Inventory, sourceOf } from "./inventory.ts";
import { type MadeSecrets, secretPath, secretText } from "./secret-text.ts";

/** The platform as it is now, as far as a kit holds it and hosts need not be asked. */
export interface Present {
  readonly config: Configuration;
  /** Every secret there is. */
  readonly rows: readonly SecretRow[];
  readonly made: MadeSecrets;
  readonly secret: OpenSettings["secret"];
}

/** What a kit holds otherwise than it is now, or not yet, by name: secrets, images that hosts run, addons. No value is told. */
export function changedSince(inventory: Inventory, { config, rows, made, secret }: Present): string[] {
  const known = new Set(inventory.secrets.map(({ name }) => name));
  return [
    ...rows.flatMap((row) => {
      const { name } = row;
      if (!known.has(name)) return [`the secret ${name}`];
      const then = inventory.files[secretPath(name)];
      const now = secretText(sourceOf(row), made, secret);
      return then === undefined || now === undefined || then.sha256 === sha256(now)
        ? []
        : [`the secret ${name}`];
    }),
    ...imagesOf(config)
      .filter(({ hosts }) => hosts.length > 0)
      .filter(({ reference }) => inventory.images.every((one) => one.reference !== reference))
      .map(({ reference }) => `the image ${reference}`),
    ...addonsChanged(inventory, config),
  ];
}

function addonsChanged({ repositories }: Inventory, { odoo: { addons } }: Configuration): string[] {
  if (addons === undefined) return [];
  const isThere = repositories.some(
    ({ url, commit }) => url === addons.repository && commit === addons.commit,
  );
  return isThere || repositories.length === 0 ? [] : ["Odoo's addons"];
}

/** What a kit cannot give on the day when nobody else has it, as sentences without their end. */
export function lackedBy({ missing, images }: Inventory): string[] {
  const run = images.filter(({ hosts }) => hosts.length > 0);
  const isBare = run.length > 0 && run.every(({ file }) => file === null);
  return isBare ? [...missing, "no image that hosts run is in it, only their names"] : [...missing];
}

const sha256 = (content: string) => createHash("sha256").update(content).digest("hex");
