import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { makeFolder, writeJson } from "../../engine/files.ts";
import { freePort } from "../loopback.ts";
import { startServerProcess } from "../server-process.ts";

/** Docker's own registry, running on loopback. Who may do what with it is decided in front of it. */
export interface RegistryServer {
  /** Such as `http://127.0.0.1:5000`. */
  readonly url: string;
  stop(): Promise<void>;
}

const startDeadlineMs = 60_000;

/** Starts the registry whose images lie in a folder. */
export async function startRegistryServer(executable: string, folder: string): Promise<RegistryServer> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const url = `http://${address}`;
  const file = join(makeFolder(folder), "configuration.json");
  writeJson(file, {
    version: "0.1",
    log: { level: "warn", accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: makeFolder(join(folder, "images")) },
      delete: { enabled: true },
    },
    // It is reached by another name than it knows.
    http: { addr: address, relativeurls: true },
  });
  const server = await startServerProcess({
    name: "the account's registry",
    command: [executable, "serve", file],
    variables: {
      REGISTRY_HTTP_SECRET: randomBytes(24).toString("hex"),
      // It would send traces to a collector that nobody has.
      OTEL_TRACES_EXPORTER: "none",
    },
    logFile: join(folder, "registry.log"),
    deadlineMs: startDeadlineMs,
    isReady: async () => (await fetch(`${url}/v2/`)).ok,
  });
  return { url, stop: () => server.stop() };
}
