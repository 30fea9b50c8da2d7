import { Authority } from "../../sandbox/internet/authority.ts";
import { startFront } from "../../sandbox/internet/front/front.ts";
import { pass } from "../../sandbox/internet/front/pass.ts";

/** Ends TLS before a service, as App Platform's front does: FOLDER of the authority, HOST, PORT to listen on, URL behind it. */
const [folder = "", host = "", port = "", url = ""] = process.argv.slice(2);

await startFront({
  ...{ address: "127.0.0.1", port: Number(port), authority: await Authority.open(folder) },
  sites: [{ names: [host], serve: (request, response) => pass({ url }, request, response) }],
  aliasesOf: (name) => [name],
});
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
