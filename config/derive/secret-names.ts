import type { HeartbeatKeyUse, SpacesKeyUse } from "./key-uses.ts";

/** Name of the key that opens the hosts, as `./scripts/ops rotate` knows it. */
export const deployKeyName = "deploy-key";

/** Name of the key whose signature hosts ask for. */
export const signingKeyName = "signing-key";

/** Name of what backups are encrypted with. */
export const repositoryPasswordName = "backup-repository-password";

/** Name of a key of the backup buckets. */
export function spacesKeySecretName(use: SpacesKeyUse): string {
  return `backups-${use}`;
}

/** Name of a key of the heartbeats' bucket. */
export function heartbeatKeySecretName(use: HeartbeatKeyUse): string {
  return `heartbeats-${use}`;
}
