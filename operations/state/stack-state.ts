import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { planBackupBucket } from "../../config/derive/backup-bucket.ts";
import { sections } from "../../config/schema.ts";
import { plainSettings, root, settingsFile } from "../environments.ts";
import { Failure } from "../failure.ts";
import { engineSays, runEngine } from "../stack/engine.ts";
import type { Place } from "./bucket.ts";
import type { StateCopy } from "./copy.ts";

/** The file in which an environment's settings stand: the repository's, or the one that the engine is told to use. */
export function settingsPath(environment: string): string {
  return process.env.PULUMI_OPTION_CONFIG_FILE ?? join(root, settingsFile(environment));
}

/** Name of the project. */
export function projectName(): string {
  return z.object({ name: z.string() }).parse(parse(readFileSync(join(root, "Pulumi.yaml"), "utf8"))).name;
}

/** Where copies of an environment's state are kept: in both backup buckets. No secret is needed to know. */
export function placesOf(environment: string): Place[] {
  const file = settingsPath(environment);
  const plain = plainSettings(readFileSync(file, "utf8"), file);
  const backup = sections.backup.safeParse(plain.backup);
  if (!backup.success)
    throw new Failure(`${file} does not say where backups go`, "pulumi preview says what is wrong");
  const { bucketName, region, secondBucketName, secondRegion } = planBackupBucket(backup.data);
  return [
    { bucket: bucketName, region },
    { bucket: secondBucketName, region: secondRegion },
  ];
}

/** A copy of the state as it is now; its secrets stay encrypted. */
export async function takeCopy(environment: string): Promise<StateCopy> {
  const words = ["stack", "export", "--stack", environment];
  const state = JSON.parse(await engineSays(words, `the state of ${environment} cannot be read`));
  return {
    ...{ format: "insightpulse-state-1", project: projectName(), stack: environment },
    ...{
      takenAt: new Date().toISOString(),
      settings: readFileSync(settingsPath(environment), "utf8"),
      state,
    },
  };
}

/** Whether the backend has the stack at all. */
export async function stackExists(environment: string): Promise<boolean> {
  const { succeeded, reason } = await runEngine(["stack", "export", "--stack", environment]);
  if (succeeded) return true;
  if (/no stack named|not found/.test(reason)) return false;
  throw new Failure(`the state of ${environment} cannot be read: ${reason}`);
}

/** Puts a copy in the place of the state; where there is no stack, it is made first. */
export async function importCopy({ stack, state }: StateCopy): Promise<void> {
  if (!(await stackExists(stack))) {
    // It writes into the settings file of the folder it runs in.
    const folder = dirname(settingsPath(stack));
    const words = ["stack", "init", stack, "--secrets-provider", "passphrase"];
    await engineSays(words, `the stack ${stack} cannot be made`, { folder });
  }
  const input = JSON.stringify(state);
  await engineSays(["stack", "import", "--stack", stack], "the copy cannot be imported", { input });
}
