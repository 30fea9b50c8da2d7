import { z } from "zod";
import { backendFiles } from "../state/backend.ts";

const featureSchema = z.object({
  format: z.literal("insightpulse-feature-1"),
  environment: z.string(),
  branch: z.string(),
  commit: z.string(),
  by: z.string(),
  madeAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  network: z.int(),
  /** Its settings file; secrets in it are encrypted. Whoever destroys it has no branch to take it from. */
  settings: z.string(),
});

/** A short-lived environment. */
export type Feature = z.output<typeof featureSchema>;

const folder = "insightpulse/features";
const fileOf = (environment: string) => `${folder}/${environment}.json`;
const remedy = "features are remembered beside the state: pulumi login to a folder or a bucket";

/** Every feature's environment there is, or was begun. */
export async function features(): Promise<Feature[]> {
  const files = await backendFiles(remedy);
  const texts = await Promise.all((await files.list(folder)).map((name) => files.read(name)));
  return texts.flatMap((text) => (text === undefined ? [] : [featureSchema.parse(JSON.parse(text))]));
}

/** Remembers one, before anything of it is made. */
export async function rememberFeature(feature: Feature): Promise<void> {
  await (await backendFiles(remedy)).write(fileOf(feature.environment), JSON.stringify(feature));
}

/** Forgets one of which nothing is left. */
export async function forgetFeature(environment: string): Promise<void> {
  await (await backendFiles(remedy)).remove(fileOf(environment));
}
