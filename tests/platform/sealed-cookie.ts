import { createHmac } from "node:crypto";

/** A cookie of the sign-on proxy, taken apart: what it holds is encrypted, and signed with its name and its time. */
export interface SealedCookie {
  readonly name: string;
  /** What it holds, encrypted, as base64url. */
  readonly content: string;
  /** When it was made, in seconds of Unix time. */
  readonly time: number;
  /** The signature, as base64url. */
  readonly seal: string;
}

/** Takes a cookie apart that is written as in a Cookie header. */
export function openCookie(cookie: string): SealedCookie {
  const [, name = "", value = ""] = /^([^=]+)=(.*)$/.exec(cookie) ?? [];
  const [content = "", time = "", seal = ""] = value.split("|");
  return { name, content, time: Number(time), seal };
}

/** Writes a cookie as in a Cookie header. */
export function writeCookie({ name, content, time, seal }: SealedCookie): string {
  return `${name}=${content}|${time}|${seal}`;
}

/** The same cookie signed anew, as the sign-on proxy signs it with this key. */
export function sealCookie(cookie: Omit<SealedCookie, "seal">, key: string): SealedCookie {
  const { name, content, time } = cookie;
  const seal = createHmac("sha256", key).update(name).update(content).update(String(time)).digest("base64");
  return { ...cookie, seal: seal.replaceAll("+", "-").replaceAll("/", "_") };
}
