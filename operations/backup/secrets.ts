import { join } from "node:path";
import { z } from "zod";
import { planBackupBucket } from "../../config/derive/backup-bucket.ts";
import { spacesEndpoint } from "../../config/naming.ts";
import { root, settingsFile } from "../environments.ts";
import { plainConfiguration } from "../plain-configuration.ts";
import { engineSays } from "../stack/engine.ts";

const outputs = z.object({
  connections: z.object({ primary: z.object({ sessionPooler: z.string() }) }),
  backupKeys: z.object({ reader: z.object({ accessKey: z.string(), secretKey: z.string() }) }),
  backupRepositoryPassword: z.string(),
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
  const { connections, backupKeys } = await outputsOf(environment);
  const { username, password } = new URL(connections.primary.sessionPooler);
  const decoded = { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  return { owner: decoded, reader: backupKeys.reader };
}

/** Backups of an environment, and what opens them for reading. */
export interface BackupSource {
  readonly environment: string;
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Password of the repository. */
  readonly password: string;
}

/**
 * An environment's backups as another one may read them: by the key that cannot write.
 *
 * @throws Failure in the engine's words when its outputs cannot be read
 */
export async function backupSource(environment: string): Promise<BackupSource> {
  const { bucketName, region } = planBackupBucket(
    plainConfiguration(environment, join(root, settingsFile(environment))).backup,
  );
  const { backupKeys, backupRepositoryPassword } = await outputsOf(environment);
  return {
    ...{ environment, bucket: bucketName, endpoint: spacesEndpoint(region) },
    ...{ ...backupKeys.reader, password: backupRepositoryPassword },
  };
}

async function outputsOf(environment: string): Promise<z.output<typeof outputs>> {
  const words = ["stack", "output", "--json", "--show-secrets", "--stack", environment];
  const text = await engineSays(words, `the outputs of ${environment} cannot be read`);
  return outputs.parse(JSON.parse(text));
}
