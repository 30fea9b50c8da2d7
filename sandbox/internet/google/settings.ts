import { z } from "zod";

/** Google, as far as the sandbox needs it. */
export const googleSettings = z.strictObject({
  /** OAuth clients, as their owner has made them in the console. */
  clients: z.array(
    z.strictObject({
      id: z.string(),
      /** Left out for a client that is never asked for it. */
      secret: z.string().optional(),
      redirectUris: z.array(z.string()),
    }),
  ),
  /** Accounts that can be chosen. None has a password: choosing one is signing in. */
  accounts: z.array(
    z.strictObject({
      email: z.string(),
      /** What is shown beside the address. */
      name: z.string(),
      /** Whether Google has verified that the address is theirs. */
      verified: z.boolean(),
      /** Domain of the organisation it belongs to, where it belongs to one. */
      hostedDomain: z.string().optional(),
    }),
  ),
});

/** Google, as far as the sandbox needs it. */
export type GoogleSettings = z.output<typeof googleSettings>;

/** One account. */
export type GoogleAccount = GoogleSettings["accounts"][number];
