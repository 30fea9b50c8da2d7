/** Makes listening sockets where it is started, hands them to its parent in order, and ends. See listen.ts. */
import { once } from "node:events";
import { createServer } from "node:net";
import type { Endpoint } from "./listen.ts";

const endpoints = JSON.parse(process.argv[2] ?? "[]") as Endpoint[];
for (const { address, port } of endpoints) {
  const server = createServer().listen({ host: address, port });
  await once(server, "listening");
  await new Promise((sent) => process.send?.("listening", server, {}, sent));
}
await once(process, "message");
process.exit(0);
