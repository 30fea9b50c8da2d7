import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

const iterations = 4096;

/**
 * What PostgreSQL keeps in place of a password, so that the password itself is in no statement and no log of the server.
 *
 * The salt follows from role and password: the same password is the same verifier, and nothing changes on every run. That
 * is sound for long random passwords, which nobody finds by trying, and only for those.
 *
 * https://www.postgresql.org/docs/17/catalog-pg-authid.html
 */
export function passwordVerifier(role: string, password: string): string {
  const salt = createHmac("sha256", password).update(role).digest().subarray(0, 16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const keyFor = (use: string) => createHmac("sha256", salted).update(use).digest();
  const storedKey = createHash("sha256").update(keyFor("Client Key")).digest();
  const [first, second] = [storedKey, keyFor("Server Key")].map((key) => key.toString("base64"));
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${first}:${second}`;
}
