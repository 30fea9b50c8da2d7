import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const ALGORITHM = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MARK = "sealed:";

/** Keeps secrets unreadable in the state file, with one key that lies beside it. */
export class Sealer {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** Encrypts text for the state file. */
  seal(text: string): string {
    return MARK + Buffer.concat(this.encrypt(text, "")).toString("base64");
  }

  /** The text that was sealed. */
  open(sealed: string): string {
    const bytes = Buffer.from(sealed.slice(MARK.length), "base64");
    return this.decrypt(bytes.subarray(0, NONCE_BYTES), bytes.subarray(NONCE_BYTES), "");
  }

  /** Encrypts text that can only be decrypted again for the same owner. */
  encrypt(text: string, owner: string): [nonce: Buffer, ciphertext: Buffer] {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce).setAAD(Buffer.from(owner));
    const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return [nonce, Buffer.concat([body, cipher.getAuthTag()])];
  }

  /** Undoes encrypt; throws when the text was altered or belongs to another owner. */
  decrypt(nonce: Buffer, ciphertext: Buffer, owner: string): string {
    const tag = ciphertext.subarray(ciphertext.length - TAG_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.#key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(owner))
      .setAuthTag(tag);
    const body = decipher.update(ciphertext.subarray(0, ciphertext.length - TAG_BYTES));
    return Buffer.concat([body, decipher.final()]).toString("utf8");
  }
}

/** Whether a stored value is sealed. */
export function isSealed(value: unknown): value is string {
  return typeof value === "string" && value.startsWith(MARK);
}
