import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { hostOf, type Site } from "../front/site.ts";
import type { BuiltProgram } from "./built-images.ts";
import { contentOf, type Part } from "./content.ts";
import { parseReference, releasesOf, type StandInImage } from "./images.ts";
import type { Layer } from "./layer.ts";
import { refuse } from "./refuse.ts";

/** Under which name clients ask a registry for an image of its. */
const hosts: Record<string, string> = { "docker.io": "registry-1.docker.io" };

/**
 * The public registries of the world, read-only: images under the names that will be asked for, stand-ins, what was made
 * here, or what was fetched from the real ones, and nothing else
 * (OCI distribution specification, pull).
 */
export function registries(
  images: readonly StandInImage[],
  layer: Layer,
  built: Readonly<Partial<Record<BuiltProgram, string>>> = {},
): Site {
  const answers = new Map<string, Part>();
  for (const image of images.flatMap(releasesOf)) {
    const { registry, repository, tag } = parseReference(image.reference);
    const base = `${hosts[registry] ?? registry}/v2/${repository}`;
    const { manifest, parts } = contentOf(image, layer, built);
    for (const name of [tag, manifest.digest]) answers.set(`${base}/manifests/${name}`, manifest);
    for (const part of parts) answers.set(`${base}/blobs/${part.digest}`, part);
  }
  return {
    names: ["registry-1.docker.io", "docker.io", "index.docker.io", "ghcr.io", "quay.io"],
    serve: (request, response) => serve(answers, request, response),
  };
}

async function serve(
  answers: ReadonlyMap<string, Part>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const host = hostOf(request);
  response.setHeader("docker-distribution-api-version", "registry/2.0");
  response.setHeader("x-stand-in", "true");
  const { method = "GET", url = "/" } = request;
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
