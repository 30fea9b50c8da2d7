import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";

/** What came back. */
export interface HttpsAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** Certificate the server showed, as DER. */
  certificate: Buffer;
}

/** One call to a server that listens on a loopback port under a name of the world. */
export function callSite(
  port: number,
  url: string,
  options: { ca: string; method?: string; headers?: Record<string, string>; body?: string },
): Promise<HttpsAnswer> {
  const { hostname, pathname, search } = new URL(url);
  const { ca, method = "GET", headers = {}, body = "" } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        ...{ host: "127.0.0.1", port, servername: hostname, ca, method, path: `${pathname}${search}` },
        headers: {
          host: hostname,
          "user-agent": "sandbox-test",
          "content-length": String(Buffer.byteLength(body)),
          ...headers,
        },
        agent: false,
      },
      (response) => {
        const socket = response.socket as import("node:tls").TLSSocket;
        const certificate = socket.getPeerCertificate().raw;
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, certificate }),
        );
        response.on("error", reject);
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
