import { z } from "zod";
import { engineSays } from "../stack/engine.ts";

const outputs = z.object({
  connections: z.object({ primary: z.object({ sessionPooler: z.string() }) }),
  backupKeys: z.object({ reader: z.object({ accessKey: z.string(), secretKey: z.string() }) }),
});

/** What a restore needs and no host keeps. */
export interface RestoreSecrets {
  /** Owner of the database, as the session pooler knows it. */
  readonly owner: { readonly user: string; readonly password: string };
  /** Key that reads both copies. */
  readonly reader: { readonly accessKey: string; readonly secretKey: string };
}

/**
 * What a restore needs, out of the stack's own outputs.
 *
 * @throws Failure in the engine's words when they cannot be read
 */
export async function restoreSecrets(environment: string): Promise<RestoreSecrets> {
  const words = ["stack", "output", "--json", "--show-secrets", "--stack", environment];
  const text = await engineSays(words, `the outputs of ${environment} cannot be read`);
  const { connections, backupKeys } = outputs.parse(JSON.parse(text));
  const { username, password } = new URL(connections.primary.sessionPooler);
  const decoded = { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  return { owner: decoded, reader: backupKeys.reader };
}
