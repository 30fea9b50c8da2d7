import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import { fatalError, readFirstMessage, startupMessage } from "./wire.ts";

/** What stands behind one port of a pooler's host. */
export interface PoolerSettings {
  readonly address: string;
  readonly port: number;
  /** Key and certificate for the pooler's name, as PEM. */
  readonly key: string;
  readonly certificate: string;
  /** Loopback port of a project's PgBouncer, by the project's reference. */
  readonly projects: ReadonlyMap<string, number>;
}

/** One listening port of a pooler's host. */
export interface Pooler {
  readonly port: number;
  stop(): Promise<void>;
}

/** Supabase's own way to say which project somebody wants, who shares a pooler with all of them. */
const userPattern = /^(?<role>.+)\.(?<ref>[^.]+)$/;

/**
 * What Supabase puts before the poolers of all projects: it demands TLS, reads the project out of the user's name, and
 * hands the connection to that project's PgBouncer with the name PostgreSQL knows.
 */
export async function startPooler(settings: PoolerSettings): Promise<Pooler> {
  const context = createSecureContext({ key: settings.key, cert: settings.certificate });
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    socket.on("error", () => socket.destroy());
    greet(socket, false, context, settings.projects);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(settings.port, settings.address, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Waits for the first whole message of a client, before TLS or after. */
function greet(
  socket: Socket,
  isSecure: boolean,
  context: SecureContext,
  projects: ReadonlyMap<string, number>,
): void {
  let data = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    data = Buffer.concat([data, chunk]);
    const message = readFirstMessage(data);
    if (message === undefined) return;
    socket.off("data", onData);
    socket.pause();
    const isAlone = message.kind === "unknown" || data.length === message.raw.length;
    if (message.kind === "gss" && isAlone) {
      socket.write("N");
      return greet(socket, isSecure, context, projects);
    }
    if (message.kind === "ssl" && !isSecure && isAlone) {
      socket.write("S");
      const secure = new TLSSocket(socket, { isServer: true, secureContext: context });
      secure.on("error", () => secure.destroy());
      return greet(secure, true, context, projects);
    }
    if (message.kind === "cancel") return cancelEverywhere(socket, message.raw, projects);
    if (!isSecure) return refuse(socket, "08P01", "SSL connection is required");
    if (message.kind !== "startup") return refuse(socket, "08P01", "invalid startup packet");
    const { role, ref = "" } = userPattern.exec(message.parameters.get("user") ?? "")?.groups ?? {};
    const port = projects.get(ref);
    if (role === undefined || port === undefined) return refuse(socket, "XX000", "Tenant or user not found");
    const startup = startupMessage(new Map([...message.parameters, ["user", role]]));
    join(socket, port, Buffer.concat([startup, data.subarray(message.raw.length)]));
  };
  socket.on("data", onData);
  socket.resume();
}

function refuse(socket: Socket, code: string, message: string): void {
  socket.end(fatalError(code, message));
}

/** From here on nothing is looked at any more. */
function join(client: Socket, port: number, first: Buffer): void {
  const server = connect(port, "127.0.0.1");
  server.on("error", () => client.destroy());
  server.once("close", () => client.end());
  client.once("close", () => server.destroy());
  server.write(first);
  client.pipe(server).pipe(client);
}

/** A cancellation names no project; PgBouncers leave alone what is not theirs. */
function cancelEverywhere(socket: Socket, request: Buffer, projects: ReadonlyMap<string, number>): void {
  for (const port of projects.values()) {
    const server = connect(port, "127.0.0.1", () => server.end(request));
    server.on("error", () => server.destroy());
  }
  socket.end();
}
