import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { cloudInitFile, type DropletFacts, metadataAt, metadataDocument } from "./document.ts";

/** Finds the droplet that has an address. */
export type FindDroplet = (address: string) => DropletFacts | undefined;

/** The metadata service: it tells each droplet about itself, and knows it by the address it asks from. */
export function metadataService(find: FindDroplet): Server {
  return createServer((request, response) => {
    const answer = answerTo(request, find);
    const text = (status: number, body: string, type = "text/plain; charset=utf-8") =>
      response.writeHead(status, { "content-type": type }).end(body);
    send(answer, text);
  });
}

type Answer = { body: string; json: boolean } | undefined;
type Send = (status: number, body: string, type?: string) => ServerResponse;

function send(answer: Answer, text: Send): void {
  if (!answer) text(404, "not found");
  else text(200, answer.body, answer.json ? "application/json" : undefined);
}

function answerTo(request: IncomingMessage, find: FindDroplet): Answer {
  const facts = find((request.socket.remoteAddress ?? "").replace(/^::ffff:/, ""));
  const path = (request.url ?? "").split("?")[0] ?? "";
  if (!facts || request.method !== "GET") return undefined;
  if (path === "/metadata/v1.json") return { body: JSON.stringify(metadataDocument(facts)), json: true };
  const text = path.startsWith("/metadata/v1")
    ? metadataAt(facts, path.slice("/metadata/v1".length))
    : path.startsWith("/nocloud/")
      ? cloudInitFile(facts, path.slice("/nocloud/".length))
      : undefined;
  return text === undefined ? undefined : { body: text, json: false };
}
