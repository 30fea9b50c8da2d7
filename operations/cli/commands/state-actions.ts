import { readFileSync } from "node:fs";
import { requireEnvironment } from "../../environments.ts";
import { Failure } from "../../failure.ts";
import { passphrase } from "../../stack/passphrase.ts";
import { StateBucket } from "../../state/bucket.ts";
import { open, readCopy, requireOwner, type StateCopy, urnsIn } from "../../state/copy.ts";
import { keepCopy } from "../../state/keep.ts";
import { ageInWords, type Lock, locksOf } from "../../state/lock.ts";
import { type Proof, prove } from "../../state/proof.ts";
import { importCopy, placesOf, projectName, stackExists, takeCopy } from "../../state/stack-state.ts";
import { ask } from "../asking.ts";
import { print, printJson, say, table } from "../output.ts";

const held = 3;

interface CopyOptions {
  readonly at?: string;
  readonly json?: true;
}

/** Keeps a copy of the state. */
export async function backup(environment: string, { json }: CopyOptions): Promise<void> {
  requireEnvironment(environment);
  const kept = await keepCopy(environment);
  if (json) printJson({ environment, ...kept });
  else print(`${kept.name}: ${told(kept)}, in ${kept.buckets.join(" and ")}`);
}

/** Proves a kept copy. */
export async function verify(environment: string, { at, json }: CopyOptions): Promise<void> {
  requireEnvironment(environment);
  const { name, copy, proof } = await proven(environment, at);
  if (json) printJson({ environment, name, takenAt: copy.takenAt, ...proof });
  else print(`${name}: ${told(proof)}, taken ${copy.takenAt}`);
}

/** A kept copy that is this stack's and opens. */
async function proven(
  environment: string,
  at: string | undefined,
): Promise<{ name: string; copy: StateCopy; proof: Proof }> {
  const secret = passphrase();
  const { name, sealed } = await fetchCopy(environment, at);
  const copy = await open(sealed, secret, name);
  requireOwner(copy, projectName(), environment);
  return { name, copy, proof: await prove(copy, secret) };
}

/** The same for one that a disaster kit had. */
async function provenFile(environment: string, file: string) {
  const copy = readCopy(readFileSync(file, "utf8"), file);
  requireOwner(copy, projectName(), environment);
  return { name: file, copy, proof: await prove(copy, passphrase()) };
}

/** From the first bucket, or the second where the first has gone. */
async function fetchCopy(
  environment: string,
  at: string | undefined,
): Promise<{ name: string; sealed: Uint8Array }> {
  const failures: Failure[] = [];
  for (const place of placesOf(environment)) {
    const bucket = new StateBucket(place);
    try {
      const names = await bucket.list(environment);
      const name = at === undefined ? names[0] : names.find((one) => one === at || one.endsWith(`/${at}`));
      if (name !== undefined) return { name, sealed: await bucket.get(name) };
      const wanted = at === undefined ? `no copy of ${environment}` : `no copy ${at}`;
      failures.push(new Failure(`${place.bucket} has ${wanted}`));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error);
    }
  }
  throw new Failure(
    failures.map(({ message }) => message).join("; "),
    `./scripts/ops state list ${environment} shows what there is`,
  );
}

/** Shows the copies there are. */
export async function list(environment: string, { json }: CopyOptions): Promise<void> {
  requireEnvironment(environment);
  const places = placesOf(environment).map((place) => new StateBucket(place));
  const found = await Promise.all(
    places.map(async (bucket) => ({ bucket: bucket.place.bucket, copies: await bucket.list(environment) })),
  );
  if (json) printJson({ environment, buckets: found });
  else
    for (const { bucket, copies } of found)
      print([`${bucket}: ${copies.length} copies`, ...copies.map((name) => `  ${name}`)].join("\n"));
}

/** Puts a proven copy in the place of the state. */
export async function restore(
  environment: string,
  { at, from, confirm }: CopyOptions & { readonly confirm?: string; readonly from?: string },
): Promise<void> {
  requireEnvironment(environment);
  const { name, copy, proof } =
    from === undefined ? await proven(environment, at) : await provenFile(environment, from);
  const exists = await stackExists(environment);
  say(`${name}: ${told(proof)}, taken ${copy.takenAt}`);
  if (exists) {
    const [now, then] = [urnsIn((await takeCopy(environment)).state), urnsIn(copy.state)];
    const forgotten = now.filter((urn) => !then.includes(urn));
    const back = then.filter((urn) => !now.includes(urn));
    say(`the state now has ${now.length} resources; ${forgotten.length} of them the copy does not know:`);
    for (const urn of forgotten) say(`  ${urn}`);
    say(`the copy has ${back.length} that the state does not:`);
    for (const urn of back) say(`  ${urn}`);
  } else say(`there is no stack ${environment} in this backend: it is made`);
  const unattended = new Failure("nobody is there to confirm it", "--confirm ENVIRONMENT");
  const answer = confirm ?? (await ask(`type ${environment} to put the copy in its place: `, unattended));
  if (answer !== environment)
    throw new Failure(`"${answer}" is not ${environment}: nothing was changed`, `--confirm ${environment}`);
  if (exists) say(`kept first: ${(await keepCopy(environment)).name}`);
  await importCopy(copy);
  print(
    `restored. Look before anything else what it differs in: pulumi preview --expect-no-changes --stack ${environment}`,
  );
}

interface LockOptions {
  readonly free?: true;
  readonly own?: true;
  readonly heldBy?: string;
  readonly json?: true;
}

/** Shows the lock, and frees it. */
export async function lock(environment: string, { free, own, heldBy, json }: LockOptions): Promise<void> {
  requireEnvironment(environment);
  const known = await locksOf(environment);
  const locks = await known.list();
  if (json) printJson({ environment, locks });
  else if (locks.length === 0) print(`nobody has locked ${environment}`);
  else print(table(locks.map(lockRow), new Set()).join("\n"));
  if (locks.length === 0) return;
  if (free === undefined && own === undefined) {
    process.exitCode = held;
    return;
  }
  if (own) {
    const [mine, others] = [
      locks.filter(({ runs }) => runs === false),
      locks.filter(({ runs }) => runs !== false),
    ];
    for (const one of mine) await known.free(one);
    for (const { owner, pid } of others) say(`left as it is: process ${pid} of ${owner}`);
    say(
      `freed: ${mine.length}. What the run had begun: pulumi refresh --preview-only --stack ${environment}`,
    );
    return;
  }
  for (const one of locks) requireFree(one, heldBy);
  for (const one of locks) await known.free(one);
  say(`freed. What the run had begun: pulumi refresh --preview-only --stack ${environment}`);
}

function lockRow(lock: Lock): string[] {
  const { owner, pid, since, runs } = lock;
  const state = runs === null ? "on another computer" : runs ? "runs" : "has ended";
  return [owner, `process ${pid}`, `since ${since}`, ageInWords(lock), state];
}

/** Freed under somebody's hands, two runs would write one state. */
function requireFree(lock: Lock, heldBy: string | undefined): void {
  const { owner, pid, runs } = lock;
  if (runs === true)
    throw new Failure(`process ${pid} of ${owner} is at work, for ${ageInWords(lock)}: it is not freed`);
  if (runs === null && heldBy !== owner)
    throw new Failure(
      `${owner} holds it, on another computer, where process ${pid} may be at work`,
      `ask there; when it has ended: --free --held-by ${owner}`,
    );
}

function told({ resources, secrets }: Proof): string {
  return `${resources} resources, all ${secrets} secrets opened`;
}
