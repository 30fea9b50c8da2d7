import { Decrypter, Encrypter } from "age-encryption";
import { z } from "zod";
import { Failure } from "../failure.ts";

const copySchema = z.object({
  format: z.literal("insightpulse-state-1"),
  project: z.string(),
  stack: z.string(),
  takenAt: z.iso.datetime(),
  /** The environment's settings file of that moment: its salt belongs to the passphrase. */
  settings: z.string(),
  /** What `pulumi stack export` wrote; its secrets are encrypted once more, by the engine. */
  state: z.looseObject({ version: z.int(), deployment: z.looseObject({}) }),
});

/** A copy of a stack's state. */
export type StateCopy = z.output<typeof copySchema>;

/**
 * Seals a copy with a passphrase, as the age format has it: `age --decrypt` opens it too, without any of this.
 * https://age-encryption.org/v1
 */
export async function seal(copy: StateCopy, passphrase: string): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  return encrypter.encrypt(JSON.stringify(copy));
}

/**
 * Opens a sealed copy.
 *
 * @param name how it is called in errors
 * @throws Failure when the passphrase is another one, or the copy is not whole
 */
export async function open(sealed: Uint8Array, passphrase: string, name: string): Promise<StateCopy> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  let text: string;
  try {
    text = await decrypter.decrypt(sealed, "text");
  } catch (error) {
    if (/no identity matched/.test(String(error)))
      throw new Failure(
        `the passphrase does not open ${name}`,
        "give the one that was the stack's when it was taken, in PULUMI_CONFIG_PASSPHRASE_FILE",
      );
    throw new Failure(`${name} is damaged: ${error instanceof Error ? error.message : error}`);
  }
  return readCopy(text, name);
}

/** A copy from its text, as it is before it is sealed and in a disaster kit. */
export function readCopy(text: string, name: string): StateCopy {
  const copy = copySchema.safeParse(JSON.parse(text));
  if (!copy.success) throw new Failure(`${name} is no copy of a stack's state`);
  return copy.data;
}

const resourcesSchema = z.object({ resources: z.array(z.object({ urn: z.string() })).default([]) });

/** URNs of the resources in a state. */
export function urnsIn({ deployment }: StateCopy["state"]): string[] {
  return resourcesSchema.parse(deployment).resources.map(({ urn }) => urn);
}

/**
 * Makes sure that a copy is of this project and stack, by every resource in it and not by its name alone.
 *
 * @throws Failure saying whose it is
 */
export function requireOwner(copy: StateCopy, project: string, stack: string): void {
  const foreign = urnsIn(copy.state).find((urn) => !urn.startsWith(`urn:pulumi:${stack}::${project}::`));
  if (copy.project === project && copy.stack === stack && foreign === undefined) return;
  const [, whose = copy.stack, what = copy.project] =
    /^urn:pulumi:([^:]+)::([^:]+)::/.exec(foreign ?? "") ?? [];
  throw new Failure(`that copy is of stack ${whose} of project ${what}, and not of ${stack} of ${project}`);
}
