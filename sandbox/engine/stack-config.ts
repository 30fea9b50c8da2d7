import { Document, isMap, isScalar, type Pair, parseDocument, type YAMLMap } from "yaml";
import { Failure } from "./failure.ts";
import type { SettingHere } from "./sandbox.ts";

/** What the sandbox's own settings file is made of. */
export interface StackConfigSources {
  /** Text of the repository's settings file of the environment. */
  readonly repository: string;
  /** Text of the sandbox's own file from the run before, if there was one. */
  readonly previous: string | undefined;
  /** What must be otherwise in here. */
  readonly here?: readonly SettingHere[];
  /** Edits that were made in here and are kept; without a value, the setting was taken away. */
  readonly kept?: readonly { readonly path: readonly string[]; readonly value?: unknown }[];
}

/**
 * The settings file the engine reads in the sandbox: everything plain from the repository's file, so that an edit there
 * takes effect, and everything secret from the sandbox's own, whose key it is encrypted with. The repository's secret
 * values cannot be opened here, and must not be.
 */
export function sandboxConfig({ repository, previous, here = [], kept = [] }: StackConfigSources): string {
  const document = parse(repository, "the repository's settings file");
  const config = mapAt(document, "config");
  if (config) config.items = config.items.filter((pair) => !isSecret(pair));
  for (const key of ["encryptionsalt", "encryptedkey", "secretsprovider"]) document.delete(key);
  document.commentBefore =
    " Made by the sandbox on every run: edit the settings file of the same name in the project instead.";
  for (const { path, value } of here) document.setIn(["config", ...path], value);
  for (const { path, value } of kept) {
    const whole = ["config", ...path];
    if (value !== undefined) document.setIn(whole, value);
    else if (document.hasIn(whole)) document.deleteIn(whole);
  }
  if (previous !== undefined) keepSecrets(parseDocument(previous), document);
  return document.toString({ lineWidth: 0 });
}

/** All settings of a file that are not secret, by their keys. */
export function plainSettings(text: string): Readonly<Record<string, unknown>> {
  const document = parse(text, "the sandbox's settings file");
  const config = mapAt(document, "config");
  if (!config) return {};
  config.items = config.items.filter((pair) => !isSecret(pair));
  return document.toJS().config;
}

/** The configuration keys that already have a secret value in the sandbox's file. */
export function secretKeys(text: string): Set<string> {
  const config = mapAt(parse(text, "the sandbox's settings file"), "config");
  return new Set((config?.items ?? []).filter(isSecret).map((pair) => String(pair.key)));
}

/** Whether there is a key in the file with which its secrets are encrypted. */
export function hasKey(text: string): boolean {
  return parse(text, "the sandbox's settings file").has("encryptionsalt");
}

/**
 * One settings file with the secrets of several, which began as copies of it. They have its key: a secret that was
 * encrypted with another could not be opened.
 *
 * @throws Error when a copy has another key
 */
export function withSecretsOf(text: string, copies: readonly string[]): string {
  const document = parse(text, "the sandbox's settings file");
  const salt = document.get("encryptionsalt");
  for (const copy of copies.map((other) => parseDocument(other))) {
    if (salt === undefined || copy.get("encryptionsalt") !== salt)
      throw new Error("secrets were encrypted with different keys, and cannot be put into one file");
    keepSecrets(copy, document);
  }
  return document.toString({ lineWidth: 0 });
}

/** The engine does not write this file whole or not at all: what a killed run left damaged is made anew. */
function keepSecrets(from: Document.Parsed, to: Document): void {
  if (from.errors.length > 0) return;
  const salt = from.get("encryptionsalt");
  if (salt === undefined) return;
  to.set("encryptionsalt", salt);
  for (const pair of mapAt(from, "config")?.items.filter(isSecret) ?? []) {
    to.setIn(["config", isScalar(pair.key) ? pair.key.value : pair.key], pair.value);
  }
}

function parse(text: string, what: string): Document {
  const document = parseDocument(text);
  const fault = document.errors[0];
  if (fault) throw new Failure(`${what} is not valid YAML: ${fault.message}`);
  return document.contents === null ? new Document({}) : document;
}

function mapAt(document: Document, key: string): YAMLMap | undefined {
  const value = document.get(key);
  return isMap(value) ? value : undefined;
}

/** Secret as a whole, or with a secret somewhere inside a structured value. */
function isSecret(pair: Pair): boolean {
  return containsSecure(pair.value);
}

function containsSecure(node: unknown): boolean {
  if (isMap(node))
    return node.items.some((pair) => String(pair.key) === "secure" || containsSecure(pair.value));
  if (node !== null && typeof node === "object" && "items" in node && Array.isArray(node.items)) {
    return node.items.some(containsSecure);
  }
  return false;
}
