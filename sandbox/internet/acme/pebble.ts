import { X509Certificate } from "node:crypto";
import { get } from "node:https";
import { join } from "node:path";
import { makeFolder, writeJson, writeWhole } from "../../engine/files.ts";
import type { Authority } from "../authority.ts";
import { pass } from "../front/pass.ts";
import type { Site } from "../front/site.ts";
import { freePort } from "../loopback.ts";
import { startServerProcess } from "../server-process.ts";

/** What Pebble needs. */
export interface PebbleSettings {
  readonly executable: string;
  /** Its own folder. */
  readonly folder: string;
  readonly authority: Authority;
  /** Where names are resolved for its checks: `address:port`. */
  readonly nameServer: string;
}

/** A running ACME server. */
export interface Acme {
  /** Let's Encrypt as clients meet it. */
  readonly site: Site;
  /** The root of what it issues: another one after every start. */
  readonly root: string;
  stop(): Promise<void>;
}

const ninetyDaysSeconds = 90 * 24 * 3600;
const startDeadlineMs = 60_000;
const localName = "localhost";

/** Starts Pebble on loopback; the front leads to it under Let's Encrypt's name. */
export async function startPebble(settings: PebbleSettings): Promise<Acme> {
  const folder = makeFolder(settings.folder);
  const [port, managementPort] = [await freePort(), await freePort()];
  const { key, certificate } = await settings.authority.issue([localName]);
  writeWhole(join(folder, "server.key"), key);
  writeWhole(join(folder, "server.pem"), certificate);
  writeJson(join(folder, "pebble.json"), {
    pebble: {
      listenAddress: `127.0.0.1:${port}`,
      managementListenAddress: `127.0.0.1:${managementPort}`,
      certificate: join(folder, "server.pem"),
      privateKey: join(folder, "server.key"),
      httpPort: 80,
      tlsPort: 443,
      keyAlgorithm: "ecdsa",
      retryAfter: { authz: 1, order: 1 },
      profiles: {
        default: { description: "As long as Let's Encrypt's", validityPeriod: ninetyDaysSeconds },
      },
    },
  });
  const { certificate: ca } = settings.authority;
  let root = "";
  const server = await startServerProcess({
    name: "pebble",
    command: [settings.executable, "-config", join(folder, "pebble.json"), "-dnsserver", settings.nameServer],
    // By itself it sleeps, refuses good nonces and forgets to ask for proof, each now and then, to train clients.
    variables: { PEBBLE_VA_NOSLEEP: "1", PEBBLE_WFE_NONCEREJECT: "0", PEBBLE_AUTHZREUSE: "0" },
    logFile: join(folder, "pebble.log"),
    deadlineMs: startDeadlineMs,
    isReady: async () => {
      root = await fetchRoot(managementPort, ca);
      return true;
    },
  });
  return { site: letsEncrypt(`https://127.0.0.1:${port}`, ca), root, stop: server.stop };
}

/** The addresses in Pebble's answers follow from the request's own host, so only the directory's path differs. */
function letsEncrypt(url: string, certificateAuthority: string): Site {
  return {
    // The second is the one for trying out, which `certbot renew --dry-run` asks.
    names: ["acme-v02.api.letsencrypt.org", "acme-staging-v02.api.letsencrypt.org"],
    serve: (request, response) => {
      const path = request.url === "/directory" ? "/dir" : (request.url ?? "/");
      return pass({ url, certificateAuthority, path }, request, response);
    },
  };
}

async function fetchRoot(port: number, ca: string): Promise<string> {
  const pem = await new Promise<string>((resolve, reject) => {
    const options = { host: "127.0.0.1", port, path: "/roots/0", ca, servername: localName };
    get(options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve(text));
    }).once("error", reject);
  });
  return new X509Certificate(pem).toString();
}
