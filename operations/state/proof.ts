import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Failure } from "../failure.ts";
import { engineSays } from "../stack/engine.ts";
import { type StateCopy, urnsIn } from "./copy.ts";

/** What a copy holds that has been proven. */
export interface Proof {
  readonly resources: number;
  /** Secrets that were opened, each with a value. */
  readonly secrets: number;
}

/** Key and value by which the engine marks a secret. */
const [signatureKey, secretSignature] = [
  "4dabf18193072939515e22adb298388d",
  "1b47061264138c4ac30d75fd1eb44270",
];

/**
 * Proves a copy by doing with it what a recovery would.
 *
 * @throws Failure when the engine refuses it, a secret cannot be opened, or one has no value
 */
export async function prove(copy: StateCopy, passphrase: string): Promise<Proof> {
  const secrets = requireOpen(copy.state, await shownState(copy, passphrase));
  return { resources: urnsIn(copy.state).length, secrets };
}

/**
 * A copy's state with its secrets opened: the engine imports it into an empty backend in a folder for its owner alone. The
 * stack itself is not touched, and no secret is written anywhere.
 *
 * @throws Failure when the engine refuses it
 */
export async function shownState(copy: StateCopy, passphrase: string): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), "state-proof-"));
  try {
    const backend = join(folder, "backend");
    mkdirSync(backend);
    const settings = join(folder, `Pulumi.${copy.stack}.yaml`);
    writeFileSync(join(folder, "Pulumi.yaml"), `name: ${copy.project}\nruntime: nodejs\n`);
    writeFileSync(settings, copy.settings, { mode: 0o600 });
    const variables = {
      PULUMI_BACKEND_URL: pathToFileURL(backend).href,
      PULUMI_OPTION_CONFIG_FILE: settings,
      PULUMI_CONFIG_PASSPHRASE: passphrase,
      PULUMI_CONFIG_PASSPHRASE_FILE: "",
    };
    const engine = (words: readonly string[], input = "") =>
      engineSays(words, "the copy cannot be opened", { folder, variables, input });
    await engine(["stack", "init", copy.stack, "--secrets-provider", "passphrase"]);
    await engine(["stack", "import", "--stack", copy.stack], JSON.stringify(copy.state));
    return JSON.parse(await engine(["stack", "export", "--stack", copy.stack, "--show-secrets"]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Counts the secrets of a state, and compares with the same state shown.
 *
 * @throws Failure naming the resources whose secrets have no value
 */
export function requireOpen(sealed: unknown, shown: unknown): number {
  const closed = secretsIn(sealed, "");
  const opened = new Map(secretsIn(shown, "").map(({ path, value }) => [path, value]));
  const wrong = closed.filter(({ path }) => !hasValue(opened.get(path)));
  if (wrong.length > 0)
    throw new Failure(
      `${wrong.length} of ${closed.length} secrets have no value: ${wrong.map(({ path }) => path).join(", ")}`,
      "an older copy may have them: ./scripts/ops state verify --at NAME",
    );
  return closed.length;
}

interface FoundSecret {
  readonly path: string;
  readonly value: Readonly<Record<string, unknown>>;
}

function secretsIn(value: unknown, path: string): FoundSecret[] {
  if (Array.isArray(value))
    return value.flatMap((part, index) => secretsIn(part, `${path}[${nameIn(part) ?? index}]`));
  if (typeof value !== "object" || value === null) return [];
  const record = value as Record<string, unknown>;
  if (record[signatureKey] === secretSignature) return [{ path, value: record }];
  return Object.entries(record).flatMap(([key, part]) =>
    secretsIn(part, path === "" ? key : `${path}.${key}`),
  );
}

/** Resources are told by their names, which say more than their place. */
function nameIn(part: unknown): string | undefined {
  const { urn } = (part ?? {}) as { urn?: unknown };
  return typeof urn === "string" ? urn.split("::").slice(2).join("::") : undefined;
}

/** The engine shows what it has opened as JSON text. */
function hasValue(secret: Readonly<Record<string, unknown>> | undefined): boolean {
  const { plaintext } = secret ?? {};
  if (typeof plaintext !== "string" || plaintext === "") return false;
  return JSON.parse(plaintext) !== null;
}
