/** What a key of the backup buckets is for. */
export const spacesKeyUses = ["writer", "reader", "copier"] as const;
export type SpacesKeyUse = (typeof spacesKeyUses)[number];

/** Who opens the bucket of the heartbeats: hosts write in it, whoever looks from outside only reads. */
export const heartbeatKeyUses = ["hosts", "outside"] as const;
export type HeartbeatKeyUse = (typeof heartbeatKeyUses)[number];
