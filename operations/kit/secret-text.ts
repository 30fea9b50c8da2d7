import { passphrase } from "../stack/passphrase.ts";
import type { secretsMade } from "../stack/resources.ts";
import type { OpenSettings } from "../stack/settings.ts";
import type { Source } from "./inventory.ts";

/** Path of a secret's file inside a kit, by the secret's name. */
export const secretPath = (name: string) => `secrets/${name}`;

/** What resources made, opened. */
export type MadeSecrets = Awaited<ReturnType<typeof secretsMade>>;

/**
 * A secret as its file in a kit has it. It stays in memory.
 *
 * @returns undefined where the state does not have it, and for what lies on hosts or nowhere
 */
export function secretText(
  source: Source,
  made: MadeSecrets,
  secret: OpenSettings["secret"],
): string | undefined {
  if (source.from === "settings") return `${secret(source.key)}\n`;
  if (source.from === "passphrase") return `${passphrase()}\n`;
  if (source.from !== "resource") return undefined;
  const outputs = made[source.resource];
  return outputs && `${JSON.stringify(outputs, null, 2)}\n`;
}
