import { createHmac, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from "node:crypto";

/** What an ID token says, or its header. */
export type Claims = Readonly<Record<string, unknown>>;

/** A key pair that somebody signs tokens with. */
export interface SigningKey {
  readonly id: string;
  readonly secret: KeyObject;
  readonly public: KeyObject;
}

/** Makes a key as Google has them. */
export function makeKey(id: string): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { id, secret: privateKey, public: publicKey };
}

/** How a key is published. */
export function published(key: SigningKey): JsonWebKey {
  return { ...key.public.export({ format: "jwk" }), kid: key.id, use: "sig", alg: "RS256" };
}

/** The claims of a token, whoever has signed it. */
export function claimsOf(token: string): Claims {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token signed with a key as Google signs, but for what its header says besides. */
function signed(claims: Claims, key: SigningKey, header: Claims = {}): string {
  const body = `${encode({ alg: "RS256", typ: "JWT", kid: key.id, ...header })}.${encode(claims)}`;
  return `${body}.${sign("sha256", Buffer.from(body), key.secret).toString("base64url")}`;
}

/** A token signed with a secret that both sides would have to know. */
function signedBySecret(claims: Claims, secret: string | Buffer, keyId: string): string {
  const body = `${encode({ alg: "HS256", typ: "JWT", kid: keyId })}.${encode(claims)}`;
  return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
}

const now = () => Math.floor(Date.now() / 1000);
const hour = 3600;
/** A key that nobody has published. */
const foreign = makeKey("foreign");

/** Makes a token of honest claims, with the key that is published; undefined for none at all. */
export type Forgery = (honest: Claims, key: SigningKey) => string | undefined;

const saying =
  (claims: Claims): Forgery =>
  (honest, key) =>
    signed({ ...honest, ...claims }, key);
const without =
  (name: string): Forgery =>
  (honest, key) =>
    signed({ ...honest, [name]: undefined }, key);

/** Tokens that are good: each differs from a forged one in nothing else than what makes that one forged. */
export const goodTokens = {
  "as Google makes them": saying({}),
  "with Google's older spelling of its own name": saying({ iss: "accounts.google.com" }),
  "for several services, this one among them": (honest, key) =>
    signed({ ...honest, aud: ["another", honest.aud] }, key),
  "that ends in a minute": (honest, key) => signed({ ...honest, exp: now() + 60 }, key),
  "with the address in capitals": saying({ email: "Allowed@InsightPulseAI.com" }),
} as const satisfies Readonly<Record<string, Forgery>>;

/** Tokens that Google has not made, or not for this. */
export const badTokens = {
  "no token": () => undefined,
  "what is no token": () => "allowed@insightpulseai.com",
  "signed with a key that nobody has published": (honest) => signed(honest, foreign),
  "signed with another key under the published one's name": (honest, key) =>
    signed(honest, { ...foreign, id: key.id }),
  "signed with a key that it brings itself": (honest) =>
    signed(honest, foreign, { jwk: published(foreign), jku: "https://www.googleapis.com/oauth2/v3/keys" }),
  "not signed": (honest, key) => `${encode({ alg: "none", kid: key.id })}.${encode(honest)}.`,
  "not signed, in capitals": (honest, key) => `${encode({ alg: "NONE", kid: key.id })}.${encode(honest)}.`,
  "signed for something else that it says": (honest, key) => {
    const [header, , signature] = signed({ ...honest, email: "outside@example.org" }, key).split(".");
    return `${header}.${encode(honest)}.${signature}`;
  },
  "without the end of its signature": (honest, key) => signed(honest, key).slice(0, -8),
  "signed with the published key as if it were a secret": (honest, key) =>
    signedBySecret(honest, key.public.export({ type: "spki", format: "pem" }), key.id),
  "signed with the published key's bytes as if they were a secret": (honest, key) =>
    signedBySecret(honest, key.public.export({ type: "spki", format: "der" }), key.id),
  "signed with an empty secret": (honest, key) => signedBySecret(honest, "", key.id),
  "that ended a minute ago": (honest, key) => signed({ ...honest, exp: now() - 60 }, key),
  "that ended yesterday": (honest, key) =>
    signed({ ...honest, iat: now() - 25 * hour, exp: now() - 24 * hour }, key),
  "that never ends": without("exp"),
  "that only begins in an hour": (honest, key) => signed({ ...honest, nbf: now() + hour }, key),
  "for another service": saying({ aud: "another.apps.googleusercontent.com" }),
  "for several services, this one not among them": saying({ aud: ["another", "a-third"] }),
  "for nobody": without("aud"),
  "of somebody else than Google": saying({ iss: "https://accounts.example.org" }),
  "of somebody whose name begins with Google's": saying({ iss: "https://accounts.google.com.example.org" }),
  "of Google without TLS": saying({ iss: "http://accounts.google.com" }),
  "of nobody": without("iss"),
  "of an address that is not verified": saying({ email_verified: false }),
  "of an address that is not verified, in words": saying({ email_verified: "false" }),
  "of no address": without("email"),
} as const satisfies Readonly<Record<string, Forgery>>;

/** Good tokens of people who may not come in, since their address only resembles one that may. */
export const strangersTokens = {
  "of a domain that ends like ours": saying({ email: "a@evilinsightpulseai.com" }),
  "of a domain that begins like ours": saying({ email: "a@insightpulseai.com.example.org" }),
  "of a domain below ours": saying({ email: "a@mail.insightpulseai.com" }),
  "with our domain in front of theirs": saying({ email: "insightpulseai.com@example.org" }),
  "that only claim to be of our organisation": saying({ email: "a@example.org", hd: "insightpulseai.com" }),
} as const satisfies Readonly<Record<string, Forgery>>;

/** Every token by its name. */
export const tokens: Readonly<Record<string, Forgery>> = { ...goodTokens, ...badTokens, ...strangersTokens };
