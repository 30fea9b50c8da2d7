import { Server, ServerCredentials } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { Provider } from "./resource.ts";
import { makeService } from "./service.ts";

// The engine sends whole states in one message; its own limit is the same.
const MESSAGE_LIMIT_BYTES = 400 * 1024 * 1024;

/** A running provider. */
export interface Serving {
  port: number;
  close(): void;
}

/** Serves a provider on a free port of this machine's own. */
export async function serve<Clients>(provider: Provider<Clients>): Promise<Serving> {
  const server = new Server({
    "grpc.max_receive_message_length": MESSAGE_LIMIT_BYTES,
    "grpc.max_send_message_length": MESSAGE_LIMIT_BYTES,
  });
  server.addService(services.ResourceProviderService, makeService(provider));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return { port, close: () => server.forceShutdown() };
}
