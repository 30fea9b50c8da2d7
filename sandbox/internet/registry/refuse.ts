import type { ServerResponse } from "node:http";

/** Refuses a call in the words of the OCI distribution specification. */
export function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ errors: [{ code, message }] }));
}
