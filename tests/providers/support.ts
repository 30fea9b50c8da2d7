import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { check } from "../../sandbox/providers/framework/check.ts";
import * as lifecycle from "../../sandbox/providers/framework/lifecycle.ts";
import type { Operation } from "../../sandbox/providers/framework/operation.ts";
import type { Resource } from "../../sandbox/providers/framework/resource.ts";
import type { Fields } from "../../sandbox/providers/framework/values.ts";
import type { Json, JsonObject } from "../../sandbox/providers/framework/wire.ts";

/** An operation that never really waits; it notes for how long it was asked to. */
export function fakeOperation(timeout?: number, spent = 0): Operation & { waits: number[] } {
  const waits: number[] = [];
  return {
    signal: new AbortController().signal,
    timeout,
    spent: () => spent,
    waits,
    wait: async (pause) => void waits.push(pause),
  };
}

/** What a fake server answers: a body with status 200, or all of it. */
export type Answer = FullAnswer | { reply: JsonObject };

interface FullAnswer {
  status: number;
  body?: Json;
  /** A body that is not JSON. */
  text?: string;
  headers?: Record<string, string>;
}

/** One request a fake server got. */
export type Request = [method: string, path: string, body?: Json];

/** A fake HTTP API. */
export interface FakeApi {
  url: string;
  requests: Request[];
  close: () => Promise<void>;
}

/**
 * Serves answers by "METHOD /path". Several answers for one request come one after the other, and the last one stays.
 * What has no answer is answered 404, as DigitalOcean words it.
 */
export async function startFakeApi(answers: Record<string, Answer | Answer[]>): Promise<FakeApi> {
  const requests: Request[] = [];
  const queues = new Map(Object.entries(answers).map(([key, value]) => [key, [value].flat()]));
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { method = "", url = "" } = request;
    const isJson = request.headers["content-type"] === "application/json";
    requests.push(text === "" ? [method, url] : [method, url, isJson ? (JSON.parse(text) as Json) : text]);
    const queue = queues.get(`${method} ${url}`) ?? [];
    const missing: Answer = {
      status: 404,
      body: { id: "not_found", message: "The resource could not be found." },
    };
    const answer = (queue.length > 1 ? queue.shift() : queue[0]) ?? missing;
    const full: FullAnswer = "reply" in answer ? { status: 200, body: answer.reply } : answer;
    response.writeHead(full.status, { "content-type": "application/json", ...full.headers });
    response.end(full.text ?? (full.body === undefined ? "" : JSON.stringify(full.body)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Inputs as the engine hands them over: checked, with defaults, and no secrets. */
export function checked<Clients>(resource: Resource<Clients>, declared: Fields) {
  const naming = { logicalName: "thing", randomSeed: new Uint8Array([1]) };
  const { inputs, failures } = check(resource.inputs, {}, declared, naming);
  if (failures.length > 0) throw new Error(JSON.stringify(failures));
  return { fields: inputs, secrets: [] };
}

/** A resource's life against its service, step by step, as the engine would lead it. */
export function lifeOf<Clients>(resource: Resource<Clients>, clients: Clients) {
  const operation = fakeOperation();
  return {
    operation,
    create: (declared: Fields) =>
      lifecycle.createResource(resource, clients, checked(resource, declared), operation),
    read: (id: string, known: Fields = {}, inputs: Fields = {}) =>
      lifecycle.readResource(
        resource,
        clients,
        id,
        { fields: known, secrets: [] },
        { fields: inputs, secrets: [] },
        operation,
      ),
    update: (id: string, stored: Fields, declared: Fields) =>
      lifecycle.updateResource(
        resource,
        clients,
        id,
        { fields: stored, secrets: [] },
        checked(resource, declared),
        operation,
      ),
    delete: (id: string, stored: Fields) => resource.delete(clients, id, stored, operation),
    changes: (stored: Fields, declared: Fields) =>
      lifecycle.diffResource(resource, stored, checked(resource, declared).fields, []),
  };
}
