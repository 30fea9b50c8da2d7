import type { Cloud } from "../../core/cloud.ts";
import { invalidArgument } from "../../core/errors.ts";
import type { AppSpec } from "./spec.ts";

const ENCRYPTED = /^EV\[1:([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)\]$/;

/**
 * The spec as it is kept and shown: every secret in it encrypted.
 *
 * A secret that arrives in its encrypted form is one that a client read back: it stays what it was, provided that it
 * belongs to this app.
 */
export function encryptSecrets(cloud: Cloud, spec: AppSpec, app: string): AppSpec {
  return walk(spec, [], (value, path) => encryptOne(cloud, value, app, path)) as AppSpec;
}

function encryptOne(cloud: Cloud, value: string, app: string, path: string): string {
  if (value === "")
    throw invalidArgument(`error validating app spec field "${path}": a secret value must not be empty`);
  if (!value.startsWith("EV[")) {
    const [nonce, ciphertext] = cloud.sealer.encrypt(value, app);
    return `EV[1:${nonce.toString("base64")}:${ciphertext.toString("base64")}]`;
  }
  if (decryptSecret(cloud, value, app) === undefined) {
    throw invalidArgument(
      `error validating app spec field "${path}": this encrypted value does not belong to this app`,
    );
  }
  return value;
}

/** The text behind an encrypted value; undefined when it is not one of this app's. */
export function decryptSecret(cloud: Cloud, value: string, app: string): string | undefined {
  const [, nonce, ciphertext] = ENCRYPTED.exec(value) ?? [];
  if (!nonce || !ciphertext) return undefined;
  try {
    return cloud.sealer.decrypt(Buffer.from(nonce, "base64"), Buffer.from(ciphertext, "base64"), app);
  } catch {
    return undefined;
  }
}

/** Encrypted wherever it stands in a spec. The tokens of log destinations are not: the vendor shows them as given. */
const SECRET_FIELDS = new Set(["registry_credentials"]);

type Visit = (value: string, path: string) => string;

/** Copies a spec, and passes each secret in it through a function. */
function walk(node: unknown, path: string[], visit: Visit): unknown {
  if (Array.isArray(node))
    return node.map((item, index) => walk(item, [...path, nameOf(item) ?? `${index}`], visit));
  if (typeof node !== "object" || node === null) return node;
  const record = node as Record<string, unknown>;
  const isSecretVariable = record.type === "SECRET" && "key" in record;
  if (isSecretVariable && record.value === undefined) return { ...record, value: visit("", path.join(".")) };
  const copied = Object.entries(record).map(([key, value]) => {
    const secret = SECRET_FIELDS.has(key) || (isSecretVariable && key === "value");
    const inner = [...path, key];
    return [
      key,
      secret && typeof value === "string" ? visit(value, inner.join(".")) : walk(value, inner, visit),
    ];
  });
  return Object.fromEntries(copied);
}

/** What an item of a list is called in an error. */
function nameOf(item: unknown): string | undefined {
  const { name, key } = (item ?? {}) as { name?: unknown; key?: unknown };
  const found = name ?? key;
  return typeof found === "string" ? found : undefined;
}
