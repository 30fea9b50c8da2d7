import type { IncomingMessage, ServerResponse } from "node:http";

/** One of the world's web servers that the sandbox plays. */
export interface Site {
  /** Host names; `*.` at the beginning stands for any labels. The name server knows them from here. */
  readonly names: readonly string[];
  /** Answers a request. What it throws is answered with 502. */
  serve(request: IncomingMessage, response: ServerResponse): Promise<void> | void;
}

/** The site that a host name belongs to; a whole name goes before a wildcard. */
export function siteOf(sites: readonly Site[], host: string): Site | undefined {
  return (
    sites.find(({ names }) => names.includes(host)) ??
    sites.find(({ names }) => names.some((name) => name.startsWith("*.") && host.endsWith(name.slice(1))))
  );
}

/** The host name of a request, without the port. */
export function hostOf(request: IncomingMessage): string {
  return (request.headers.host ?? "").toLowerCase().replace(/:\d+$/, "");
}

/** The whole body of a request, refused above a size that nothing honest needs here. */
export async function bodyOf(request: IncomingMessage, limit = 1024 * 1024): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new Error(`the body is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Answers with a text, marked as the sandbox's own. */
export function say(response: ServerResponse, status: number, text: string, type = "text/plain"): void {
  response.writeHead(status, { "content-type": `${type}; charset=utf-8`, "x-stand-in": "true" });
  response.end(text);
}
