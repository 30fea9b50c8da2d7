import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Cloud } from "../core/cloud.ts";
import { timestamp } from "../core/time.ts";
import { answer } from "./front.ts";
import { Gateway } from "./gateway.ts";

/** Spaces: a front that knows keys, grants and what the vendor refuses, before a real S3 server. */
export class Spaces {
  readonly #cloud: Cloud;
  readonly #gateway: Gateway;
  readonly #server: Server;

  constructor(cloud: Cloud, binary: string, folder: string) {
    this.#cloud = cloud;
    this.#gateway = new Gateway(binary, folder);
    this.#server = createServer((request, response) => {
      void answer(cloud, this.#gateway, request, response);
    });
    // Tunnels lead out of the sandbox: there are none.
    this.#server.on("connect", (_request, socket) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"));
  }

  /** Starts serving, on the wanted port where it is free, and gives the address. */
  async start(port: number): Promise<string> {
    await this.#gateway.start();
    this.#reconcile();
    await listen(this.#server, port);
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Serves a connection that somebody else has accepted. */
  serve(connection: Socket): void {
    this.#server.emit("connection", connection);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#gateway.stop();
  }

  /** Deletes every bucket and object. */
  async wipe(): Promise<void> {
    await this.#gateway.stop();
    this.#gateway.wipe();
    await this.#gateway.start();
  }

  /** What lies on disk is the truth about which buckets exist: a kill may have come between the two. */
  #reconcile(): void {
    const { buckets } = this.#cloud.state;
    const present = this.#gateway.buckets();
    for (const { name } of buckets.all()) if (!present.includes(name)) buckets.delete(name);
    for (const name of present) {
      if (!buckets.get(name)) buckets.put({ name, region: null, created_at: timestamp(), lifecycle: null });
    }
    this.#cloud.store.save();
  }
}

/** Listens on the port if it is free, else on any. */
async function listen(server: Server, port: number): Promise<void> {
  const attempt = (wanted: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(wanted, "127.0.0.1", () => {
        server.off("error", reject);
        resolve();
      });
    });
  await attempt(port).catch(() => attempt(0));
}
