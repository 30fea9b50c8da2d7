import type { ImageContent, Part } from "./content.ts";

/** Where an image is pushed to. */
export interface PushTarget {
  /** Such as `http://127.0.0.1:5000`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
}

/**
 * Pushes an image, in the words of the OCI distribution specification; parts that are there stay.
 *
 * @throws Error with the registry's answer when it takes something not
 */
export async function pushImage(
  image: ImageContent,
  { registry, repository, tag }: PushTarget,
): Promise<void> {
  const base = `${registry}/v2/${repository}`;
  for (const part of image.parts) await pushPart(part, base);
  const { manifest } = image;
  await answered(
    await fetch(`${base}/manifests/${tag}`, {
      method: "PUT",
      headers: { "content-type": manifest.type },
      body: await manifest.read(),
    }),
  );
}

/** The digest a tag stands for; undefined where there is none. */
export async function digestOfTag({ registry, repository, tag }: PushTarget): Promise<string | undefined> {
  const answer = await fetch(`${registry}/v2/${repository}/manifests/${tag}`, {
    method: "HEAD",
    headers: {
      accept: "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json",
    },
  });
  return answer.ok ? (answer.headers.get("docker-content-digest") ?? undefined) : undefined;
}

async function pushPart(part: Part, base: string): Promise<void> {
  const known = await fetch(`${base}/blobs/${part.digest}`, { method: "HEAD" });
  if (known.ok) return;
  const begun = await answered(await fetch(`${base}/blobs/uploads/`, { method: "POST" }));
  const place = new URL(begun.headers.get("location") ?? "", base);
  place.searchParams.set("digest", part.digest);
  const headers = { "content-type": "application/octet-stream" };
  await answered(await fetch(place, { method: "PUT", headers, body: await part.read() }));
}

async function answered(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  throw new Error(`${answer.url} answered ${answer.status}: ${await answer.text()}`);
}
