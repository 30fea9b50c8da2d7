import { createHash } from "node:crypto";
import type { Cloud } from "../core/cloud.ts";
import { randomSecret } from "../core/identifiers.ts";

/** A login that the account's API has given out for its registry. Only its digest is kept. */
export interface RegistryLoginRecord {
  digest: string;
  read_write: boolean;
  /** When it ends, in milliseconds since 1970; null for one that does not. */
  expires_at: number | null;
}

/** By what a login is known: user and password, with a colon between. They are random, so that nobody guesses one. */
export function loginDigest(userAndPassword: string): string {
  return createHash("sha256").update(userAndPassword).digest("hex");
}

/**
 * Makes a login for the registry.
 *
 * @param expirySeconds how long it is good for; without an end when it is left out or 0
 * @returns user and password, with a colon between
 */
export function makeRegistryLogin(cloud: Cloud, read_write: boolean, expirySeconds = 0): string {
  const user = randomSecret(24);
  const login = `${user}:${user}`;
  const expires_at = expirySeconds === 0 ? null : Date.now() + expirySeconds * 1000;
  cloud.state.registryLogins.put({ digest: loginDigest(login), read_write, expires_at });
  return login;
}
