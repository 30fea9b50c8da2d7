import { spawn } from "node:child_process";
import type { Server } from "node:net";
import { join } from "node:path";
import { inside } from "./namespaces.ts";

/** A TCP address to listen on. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/**
 * Sockets that listen in a network namespace and are served by this process, which stays outside. A socket belongs to
 * the namespace in which it was made, whoever holds it: a short-lived child makes them and hands them over.
 */
export function listenInside(namespace: string, endpoints: readonly Endpoint[]): Promise<Server[]> {
  const program = join(import.meta.dirname, "listen-child.ts");
  const [command = "", ...words] = inside(namespace, [process.execPath, program, JSON.stringify(endpoints)]);
  const child = spawn(command, words, { stdio: ["ignore", "ignore", "pipe", "ipc"] });
  let said = "";
  child.stderr?.on("data", (data) => {
    said += data;
  });
  const servers: Server[] = [];
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("message", (_message, handle) => {
      servers.push(handle as Server);
      if (servers.length === endpoints.length) child.send("received", () => resolve(servers));
    });
    child.on("exit", () => {
      if (servers.length < endpoints.length)
        reject(new Error(`nothing can listen in ${namespace}: ${said.trim()}`));
    });
  });
}
