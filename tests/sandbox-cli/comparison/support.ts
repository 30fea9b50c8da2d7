import type { Capture, RecordedRequest, StateResource } from "../../../sandbox/comparison/capture.ts";

const secretKey = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/** A value as the engine exports a secret whose plain text was asked for. */
export const secret = (value: unknown) => ({ ...secretKey, plaintext: JSON.stringify(value) });

/** A request as the cloud remembers it. */
export function request(method: string, path: string, body?: unknown, status = 200): RecordedRequest {
  const server = path.startsWith("/v2") ? "api" : "spaces";
  return { sequence: 1, server, method, path, status, ...(body === undefined ? {} : { body }) };
}

/** A resource as the engine exports it. */
export function resource(
  name: string,
  type: string,
  outputs: StateResource["outputs"],
  rest: Partial<StateResource> = {},
): StateResource {
  return { urn: `urn:pulumi:test::demo::${type}::${name}`, type, inputs: {}, outputs, ...rest };
}

/** A run with one operation. */
export function capture(
  state: readonly StateResource[],
  requests: readonly RecordedRequest[] = [],
  rest: Partial<Capture> = {},
): Capture {
  return {
    stages: [{ stage: "up", steps: [], requests, seconds: 1, state }],
    secrets: {},
    addresses: [],
    ...rest,
  };
}
