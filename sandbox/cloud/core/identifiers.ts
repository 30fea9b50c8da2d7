import { randomBytes, randomInt, randomUUID } from "node:crypto";

export const uuid = (): string => randomUUID();

/** Random lower-case letters, as in the vendor's generated host names. */
export function randomLetters(length: number): string {
  return Array.from({ length }, () => String.fromCharCode(97 + randomInt(26))).join("");
}

/** An access key id of the form that Spaces hands out: twenty capitals and digits. */
export function accessKeyId(): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  return `DO00${Array.from({ length: 16 }, () => alphabet[randomInt(alphabet.length)]).join("")}`;
}

/** Unguessable text for tokens and keys, safe in URLs and headers. */
export const randomSecret = (bytes = 32): string => randomBytes(bytes).toString("base64url");
