import { createCipheriv, createDecipheriv, createHash } from "node:crypto";

/**
 * n8n's own way to seal what it keeps (packages/core/src/encryption/cipher.ts), by Node's library as there: what a move has sealed must
 * open with this, and not only with what has sealed it.
 */
const begins = Buffer.from("Salted__");
const saltLength = 8;

/** Opens a sealed value; throws where the key is another one. */
export function openSealed(sealed: string, key: string): string {
  const bytes = Buffer.from(sealed, "base64");
  const [salt, data] = [bytes.subarray(begins.length, begins.length + saltLength), bytes.subarray(16)];
  const decipher = createDecipheriv("aes-256-cbc", ...derived(key, salt));
  return Buffer.concat([decipher.update(data), decipher.final()]).toString();
}

/** Seals a value with a salt. */
export function sealedBy(text: string, key: string, salt: Buffer): string {
  const cipher = createCipheriv("aes-256-cbc", ...derived(key, salt));
  return Buffer.concat([begins, salt, cipher.update(text), cipher.final()]).toString("base64");
}

function derived(key: string, salt: Buffer): [key: Buffer, start: Buffer] {
  const password = Buffer.concat([Buffer.from(key, "binary"), salt]);
  const md5 = (data: Buffer) => createHash("md5").update(data).digest();
  const first = md5(password);
  const second = md5(Buffer.concat([first, password]));
  const third = md5(Buffer.concat([second, password]));
  return [Buffer.concat([first, second]), third];
}
