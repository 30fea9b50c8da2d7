/**
 * Stands between a host and Google: passes sign-ins on to Google, and puts tokens of its own in place of Google's, and keys of
 * its own in place of Google's keys. Which tokens, a file says at every request. Ends with its standard input. See impostor.ts.
 */
import { once } from "node:events";
import { appendFileSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { claimsOf, makeKey, published, tokens } from "./forged-tokens.ts";
import type { GoogleImpostorSettings } from "./google-impostor.ts";

const [line = ""] = await once(createInterface(process.stdin), "line");
const { address, files, ...pair } = JSON.parse(line) as GoogleImpostorSettings;
const key = makeKey("impostor");

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { host = "", authorization = "" } = request.headers;
  const type = { "content-type": "application/json" };
  if (host === "www.googleapis.com" && request.url === "/oauth2/v3/certs") {
    response.writeHead(200, type).end(JSON.stringify({ keys: [published(key)] }));
    return;
  }
  // Each on a connection of its own: Google may close a kept one at the very moment it is used again.
  const kind = request.headers["content-type"] ?? "";
  const headers = { authorization, "content-type": kind, connection: "close" };
  const asked = { method: "POST", headers, body: await text(request) };
  const real = await fetch(`https://oauth2.googleapis.com${request.url}`, asked);
  const said = (await real.json()) as { id_token?: string };
  if (said.id_token !== undefined) {
    appendFileSync(files.genuine, `${said.id_token}\n`);
    const name = readFileSync(files.wanted, "utf8");
    const forge = tokens[name];
    if (forge === undefined) throw new Error(`there is no token called ${name}`);
    const forged = forge(claimsOf(said.id_token), key);
    if (forged === undefined) delete said.id_token;
    else said.id_token = forged;
  }
  response.writeHead(real.status, type).end(JSON.stringify(said));
}

const server = createServer({ key: pair.key, cert: pair.certificate }, (request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    response.writeHead(502).end();
  });
});
server.listen(443, address, () => console.log("ready"));
await once(process.stdin, "end");
process.exit();
