import { createReadStream } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { hostOf, type Site } from "../front/site.ts";
import type { BuiltProgram } from "./built-images.ts";
import { describeImage, isBuilt, parseReference, releasesOf, type StandInImage } from "./images.ts";
import type { Layer } from "./layer.ts";
import { type Blob, readLayout } from "./layout.ts";

/** Under which name clients ask a registry for an image of its. */
const hosts: Record<string, string> = { "docker.io": "registry-1.docker.io" };
/** Registries that let nobody in without a login. Any login will do: nothing here knows the right one. */
const closed = ["registry.digitalocean.com"];

type Answer = { type: string; digest: string; size: number; open: () => string | NodeJS.ReadableStream };

/**
 * The registries of the world, read-only: images under the names that the hosts will ask for, stand-ins, what was made
 * here, or what was fetched from the real ones, and nothing else
 * (OCI distribution specification, pull).
 */
export function registries(
  images: readonly StandInImage[],
  layer: Layer,
  built: Readonly<Partial<Record<BuiltProgram, string>>> = {},
): Site {
  const answers = new Map<string, Answer>();
  for (const image of images.flatMap(releasesOf)) {
    const { registry, repository, tag } = parseReference(image.reference);
    const base = `${hosts[registry] ?? registry}/v2/${repository}`;
    const made = isBuilt(image) ? built[image.plays] : undefined;
    const layout = image.layout ?? made;
    if (layout !== undefined) {
      const { manifest, parts } = readLayout(layout);
      for (const name of [tag, manifest.digest]) answers.set(`${base}/manifests/${name}`, fromFile(manifest));
      for (const part of parts) answers.set(`${base}/blobs/${part.digest}`, fromFile(part));
      continue;
    }
    if (isBuilt(image)) throw new Error(`${image.plays} has not been built, and nothing stands in for it`);
    const { manifest, config } = describeImage(image, layer);
    const size = (text: string) => Buffer.byteLength(text);
    const document = ({ type, digest, text }: typeof manifest): Answer => ({
      ...{ type, digest, size: size(text) },
      open: () => text,
    });
    answers.set(`${base}/manifests/${tag}`, document(manifest));
    answers.set(`${base}/manifests/${manifest.digest}`, document(manifest));
    answers.set(`${base}/blobs/${config.digest}`, document(config));
    answers.set(`${base}/blobs/${layer.digest}`, {
      type: "application/octet-stream",
      digest: layer.digest,
      size: layer.size,
      open: () => createReadStream(layer.file),
    });
  }
  return {
    names: [
      "registry-1.docker.io",
      "docker.io",
      "index.docker.io",
      "ghcr.io",
      "quay.io",
      "registry.digitalocean.com",
    ],
    serve: (request, response) => serve(answers, request, response),
  };
}

const fromFile = ({ type, digest, size, file }: Blob): Answer => ({
  ...{ type, digest, size },
  open: () => createReadStream(file),
});

async function serve(
  answers: ReadonlyMap<string, Answer>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const host = hostOf(request);
  response.setHeader("docker-distribution-api-version", "registry/2.0");
  response.setHeader("x-stand-in", "true");
  const { method = "GET", url = "/" } = request;
  if (closed.includes(host) && !request.headers.authorization) {
    response.setHeader("www-authenticate", `Basic realm="${host}"`);
    return refuse(response, 401, "UNAUTHORIZED", "authentication required");
  }
  if (method !== "GET" && method !== "HEAD")
    return refuse(response, 405, "UNSUPPORTED", "this registry is read-only");
  if (/^\/v2\/?$/.test(url)) {
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
    return;
  }
  const answer = answers.get(`${host}${url}`);
  if (!answer) {
    const code = url.includes("/manifests/") ? "MANIFEST_UNKNOWN" : "BLOB_UNKNOWN";
    return refuse(response, 404, code, `the sandbox has no stand-in for ${host}${url}`);
  }
  response.writeHead(200, {
    "content-type": answer.type,
    "content-length": answer.size,
    "docker-content-digest": answer.digest,
  });
  if (method === "HEAD") return void response.end();
  const body = answer.open();
  if (typeof body === "string") response.end(body);
  // A client that hangs up half way is nobody's fault here.
  else await pipeline(body, response).catch(() => response.destroy());
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ errors: [{ code, message }] }));
}
