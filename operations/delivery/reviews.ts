import { z } from "zod";
import { backendFiles } from "../state/backend.ts";
import type { Change } from "./change-set.ts";

const reviewSchema = z.object({
  format: z.literal("insightpulse-review-1"),
  environment: z.string(),
  digest: z.string(),
  changes: z.array(
    z.object({ urn: z.string(), operations: z.array(z.string()), inputs: z.record(z.string(), z.string()) }),
  ),
  /** Tree of the commit that was reviewed: a merge has the same, whatever its commit is called. */
  tree: z.string(),
  commit: z.string(),
  reviewedAt: z.iso.datetime(),
  by: z.string(),
  /** The pull request, where there is one. */
  link: z.string().nullable(),
});

/** What somebody has been shown before a merge. */
export type Review = Omit<z.output<typeof reviewSchema>, "changes"> & { readonly changes: readonly Change[] };

const folder = (environment: string) => `insightpulse/reviews/${environment}`;

const remedy =
  "reviews lie beside the state: pulumi login to a folder or a bucket, or deliver --reviewed DIGEST, with the digest " +
  "of the pull request's comment";

/** Keeps a review beside the state, under its tree and under its digest. */
export async function keepReview(review: Review): Promise<void> {
  const files = await backendFiles(remedy);
  const text = JSON.stringify(review);
  await files.write(treeFile(review.environment, review.tree), text);
  await files.write(digestFile(review.environment, review.digest), text);
}

/** The review with this digest; undefined where nobody has kept one. */
export async function reviewWithDigest(environment: string, digest: string): Promise<Review | undefined> {
  return read(environment, digestFile(environment, digest));
}

/** The last review of this tree; undefined where nobody has kept one. */
export async function reviewOfTree(environment: string, tree: string): Promise<Review | undefined> {
  return read(environment, treeFile(environment, tree));
}

async function read(environment: string, name: string): Promise<Review | undefined> {
  const text = await (await backendFiles(remedy)).read(name);
  if (text === undefined) return undefined;
  const review = reviewSchema.safeParse(JSON.parse(text));
  return review.success && review.data.environment === environment ? review.data : undefined;
}

function treeFile(environment: string, tree: string): string {
  return `${folder(environment)}/tree-${tree}.json`;
}

function digestFile(environment: string, digest: string): string {
  return `${folder(environment)}/digest-${digest.replace(/^sha256:/, "")}.json`;
}
