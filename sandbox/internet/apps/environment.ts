import type { Sealer } from "../../cloud/core/sealing.ts";
import type { AppDeployment, Variable } from "./deployed-apps.ts";

/** A secret as App Platform gives it back: a nonce and what was encrypted. */
const encrypted = /^EV\[1:(?<nonce>[A-Za-z0-9+/=]+):(?<text>[A-Za-z0-9+/=]+)\]$/;

/**
 * The variables a service is started with: the app's, and over them its own. Secrets are opened here and nowhere else,
 * in memory. References to other components (`${db.DATABASE_URL}`) stay as they are written.
 */
export function environmentOf(
  app: Pick<AppDeployment, "id" | "variables">,
  own: readonly Variable[],
  sealer: Pick<Sealer, "decrypt">,
): Record<string, string> {
  const wanted = [...app.variables, ...own].filter(({ scope }) => scope !== "BUILD_TIME");
  return Object.fromEntries(wanted.map((variable) => [variable.key, opened(variable, app.id, sealer)]));
}

function opened({ value }: Variable, app: string, sealer: Pick<Sealer, "decrypt">): string {
  const { nonce, text } = encrypted.exec(value)?.groups ?? {};
  if (nonce === undefined || text === undefined) return value;
  return sealer.decrypt(Buffer.from(nonce, "base64"), Buffer.from(text, "base64"), app);
}
