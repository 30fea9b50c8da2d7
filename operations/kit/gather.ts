import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Configuration } from "../../config/configuration.ts";
import { type SecretRow, secretInventory } from "../../config/derive/secret-inventory.ts";
import { repositoryPasswordName } from "../../config/derive/secret-names.ts";
import { settingsFile } from "../environments.ts";
import { Failure } from "../failure.ts";
import { checkedOut } from "../git.ts";
import { convergedHosts } from "../hosts/stack.ts";
import { secretsMade } from "../stack/resources.ts";
import { type OpenSettings, openSettings } from "../stack/settings.ts";
import type { StateCopy } from "../state/copy.ts";
import { type Entry, measure } from "./archive.ts";
import { certificatesOf } from "./certificates.ts";
import { askDigests, fileName, imagesOf, mirrorImage } from "./images.ts";
import { type Inventory, inventoryPath, sourceOf } from "./inventory.ts";
import { kitReadme } from "./readme.ts";
import { secretPath, secretText } from "./secret-text.ts";

/** What a kit is made of, beside the state. */
export interface Gathering {
  readonly environment: string;
  readonly copy: StateCopy;
  /** Whether images and repositories themselves go into it, and not their names alone. */
  readonly mirror: boolean;
  /** File that remembers the hosts' keys; the operator's own when left out. */
  readonly knownHosts: string | undefined;
  /** Folder for what is large and no secret; the caller removes it. */
  readonly folder: string;
}

/** A kit before it is sealed. */
export interface Gathered {
  readonly entries: readonly Entry[];
  readonly inventory: Inventory;
}

/** Gathers everything that a kit holds; what cannot be had is said in its inventory. Secrets stay in memory. */
export async function gatherKit(gathering: Gathering): Promise<Gathered> {
  const { environment, copy } = gathering;
  const settings = await openSettings(environment);
  const rows = secretInventory(settings.config);
  const missing: string[] = [];
  const secrets = await gatherSecrets(rows, settings, gathering, missing);
  const mirrored = await gatherImages(settings, gathering, missing);
  const repositories = await gatherRepositories(settings.config, gathering, missing);
  const { commit } = await checkedOut();
  const described = {
    ...{ format: "insightpulse-kit-1" as const, environment, takenAt: copy.takenAt, commit, missing },
    secrets: secrets.map(({ name, entries, leftOut }) => ({
      name,
      files: entries.map(({ path }) => path),
      leftOut,
    })),
    images: mirrored.map(({ entry, ...image }) => ({
      ...image,
      hosts: [...image.hosts],
      file: entry?.path ?? null,
    })),
    repositories: repositories.map(({ url, commit: pinned, entry }) => ({
      url,
      commit: pinned,
      file: entry.path,
    })),
  };
  const entries = [
    text("README.md", kitReadme(described)),
    text("state.json", JSON.stringify(copy)),
    text(`settings/${settingsFile(environment)}`, copy.settings),
    ...secrets.flatMap(({ entries: own }) => own),
    ...mirrored.flatMap(({ entry }) => entry ?? []),
    ...repositories.map(({ entry }) => entry),
  ];
  const files: Record<string, { bytes: number; sha256: string }> = {};
  for (const entry of entries) files[entry.path] = await measure(entry);
  const inventory = { ...described, files };
  return { entries: [text(inventoryPath, `${JSON.stringify(inventory, null, 2)}\n`), ...entries], inventory };
}

interface GatheredSecret {
  readonly name: string;
  readonly entries: readonly Entry[];
  readonly leftOut: string | null;
}

async function gatherSecrets(
  rows: readonly SecretRow[],
  { secret }: OpenSettings,
  { environment, knownHosts }: Gathering,
  missing: string[],
): Promise<GatheredSecret[]> {
  const made = await secretsMade(environment);
  const repository = rows.find(({ name }) => name === repositoryPasswordName)?.resource;
  const password = made[repository ?? ""]?.result;
  const gathered: GatheredSecret[] = [];
  for (const row of rows) {
    const { name } = row;
    const source = sourceOf(row);
    const content = secretText(source, made, secret);
    const entries: Entry[] = [];
    if (source.from === "resource" && content === undefined)
      missing.push(`the secret ${name} is not in the state: no resource ${source.resource}`);
    if (content !== undefined) entries.push(text(secretPath(name), content));
    if (source.from === "hosts")
      entries.push(...(await gatherCertificates(environment, source.hosts, password, knownHosts, missing)));
    gathered.push({ name, entries, leftOut: source.from === "nowhere" ? source.because : null });
  }
  return gathered;
}

async function gatherCertificates(
  environment: string,
  names: readonly string[],
  /** What its backups are encrypted with. */
  password: unknown,
  knownHosts: string | undefined,
  missing: string[],
): Promise<Entry[]> {
  const hosts = await orMissing(() => convergedHosts(environment), missing);
  if (hosts === undefined || typeof password !== "string") return [];
  const entries: Entry[] = [];
  for (const name of names) {
    const host = hosts.find(({ key }) => key === name);
    if (host === undefined) {
      missing.push(`the certificates of ${name} cannot be had: it has not been converged yet`);
      continue;
    }
    const content = await orMissing(() => certificatesOf(host, password, knownHosts), missing);
    if (content !== undefined) entries.push({ path: `certificates/${name}.tar.gz`, content });
  }
  return entries;
}

async function gatherImages(
  { config, secret }: OpenSettings,
  { mirror, folder }: Gathering,
  missing: string[],
) {
  const authFile = join(folder, "registry-logins.json");
  const images = imagesOf(config);
  // Only hosts need a login of their own for the account's registry.
  const own = images.some(
    ({ reference, hosts }) => hosts.length > 0 && reference.startsWith(accountRegistry),
  );
  // Any name goes with the vendor's tokens: they are both.
  const token = own ? secret("registryPullToken") : "";
  const auth = Buffer.from(`${token}:${token}`).toString("base64");
  writeFileSync(authFile, JSON.stringify({ auths: own ? { [accountRegistry]: { auth } } : {} }), {
    mode: 0o600,
  });
  const known = await askDigests(images, authFile);
  const gathered = [];
  for (const image of known) {
    if (image.digest === null) missing.push(`the digest of ${image.reference} is unknown: ${image.reason}`);
    const copied =
      mirror && image.hosts.length > 0 && image.digest !== null
        ? await orMissing(() => mirrorImage(image.reference, folder, authFile), missing)
        : undefined;
    const entry: Entry | undefined = copied && {
      path: `images/${fileName(image.reference)}`,
      content: { file: copied.file, bytes: copied.bytes },
    };
    gathered.push({ ...image, entry });
  }
  return gathered;
}

const accountRegistry = "registry.digitalocean.com";

async function gatherRepositories({ odoo }: Configuration, { mirror, folder }: Gathering, missing: string[]) {
  const { addons } = odoo;
  if (!mirror || addons === undefined) return [];
  const { repository: url, commit } = addons;
  const entry = await orMissing(async (): Promise<Entry> => {
    const [clone, file] = [join(folder, "addons.git"), join(folder, "addons.bundle")];
    mkdirSync(clone);
    // The commit alone may be on no branch: it gets a name of its own.
    for (const words of [
      ["init", "--quiet", "--bare", clone],
      ["-C", clone, "fetch", "--quiet", url, `${commit}:refs/heads/kept`],
      ["-C", clone, "bundle", "create", "--quiet", file, "kept"],
    ]) {
      const { exitCode, stderr } = await execa("git", words, { reject: false });
      if (exitCode !== 0) throw new Failure(`commit ${commit} of ${url} cannot be fetched: ${stderr.trim()}`);
    }
    return { path: "repositories/odoo-addons.bundle", content: { file, bytes: statSync(file).size } };
  }, missing);
  return entry === undefined ? [] : [{ url, commit, entry }];
}

async function orMissing<Value>(work: () => Promise<Value>, missing: string[]): Promise<Value | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    missing.push(error.message);
    return undefined;
  }
}

function text(path: string, content: string): Entry {
  return { path, content: Buffer.from(content, "utf8") };
}
