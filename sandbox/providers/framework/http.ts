import { Failure, messageOf } from "./errors.ts";
import type { Operation } from "./operation.ts";
import type { Json } from "./wire.ts";

/** How often and how long a request is tried again. */
export interface RetryPolicy {
  maximum: number;
  shortestWait: number;
  longestWait: number;
}

/** The official DigitalOcean provider's own values. */
export const DEFAULT_RETRIES: RetryPolicy = { maximum: 4, shortestWait: 1000, longestWait: 30_000 };

/** An answer that is not a success, in the vendor's words. */
export class HttpFailure extends Failure {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What a vendor's HTTP API needs to be talked to. */
export interface HttpSettings {
  vendor: string;
  baseUrl: string;
  headers: () => Record<string, string>;
  retries: RetryPolicy;
  /** The vendor's own message in the body of an error. */
  errorMessage: (body: Json) => string;
}

/** Sends a request and gives back the answer's body, null if it has none. */
export type Send = (
  method: string,
  path: string,
  body: Json | undefined,
  operation: Operation,
) => Promise<Json>;

/**
 * A client that tries again on 429, on server errors and on broken connections, and fails with a person's message. An
 * answer that does not come is waited for as long as Node does, five minutes, and not asked for again: the vendor may have
 * done it already, and would do it twice.
 */
export function makeClient(settings: HttpSettings): Send {
  return async (method, path, body, operation) => {
    for (let attempt = 0; ; attempt += 1) {
      const mayRetry = attempt < settings.retries.maximum;
      const answer = await attemptOnce(settings, method, path, body, operation).catch((error: unknown) => {
        if (!mayRetry || operation.signal.aborted || isUnanswered(error))
          throw unreachable(settings, method, path, error);
        return undefined;
      });
      if (answer?.ok) return readBody(answer);
      if (answer && !(mayRetry && isTransient(answer.status))) {
        throw await toFailure(settings, method, path, answer);
      }
      await answer?.body?.cancel();
      await operation.wait(pauseBefore(settings.retries, attempt, answer));
    }
  };
}

function attemptOnce(
  { baseUrl, headers }: HttpSettings,
  method: string,
  path: string,
  body: Json | undefined,
  { signal }: Operation,
): Promise<Response> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  return fetch(`${baseUrl.replace(/\/+$/, "")}${path}`, {
    method,
    headers: { "content-type": "application/json", accept: "application/json", ...headers() },
    signal,
    ...content,
  });
}

/** Whether the request has left and nothing came back within the time that Node waits. */
function isUnanswered(error: unknown): boolean {
  return (error as { cause?: { code?: unknown } }).cause?.code === "UND_ERR_HEADERS_TIMEOUT";
}

function isTransient(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 501);
}

function pauseBefore(
  { shortestWait, longestWait }: RetryPolicy,
  attempt: number,
  answer: Response | undefined,
): number {
  const asked = Number(answer?.headers.get("retry-after") ?? Number.NaN);
  if (Number.isFinite(asked) && asked >= 0) return asked * 1000;
  return Math.min(shortestWait * 2 ** attempt, longestWait);
}

async function readBody(answer: Response): Promise<Json> {
  const text = await answer.text();
  if (text.trim() === "") return null;
  return JSON.parse(text) as Json;
}

async function toFailure(
  settings: HttpSettings,
  method: string,
  path: string,
  answer: Response,
): Promise<HttpFailure> {
  const text = await answer.text();
  let message = text.slice(0, 500);
  try {
    message = settings.errorMessage(JSON.parse(text) as Json) || message;
  } catch {
    // Not JSON: the text itself is all there is to say.
  }
  return new HttpFailure(
    answer.status,
    `${settings.vendor} answered ${answer.status} ${answer.statusText} to ${method} ${path}: ${message || "no message"}`,
  );
}

function unreachable(
  { vendor, baseUrl }: HttpSettings,
  method: string,
  path: string,
  error: unknown,
): Failure {
  const cause = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : "";
  return new Failure(
    `${vendor} could not be reached for ${method} ${path} at ${baseUrl}: ${messageOf(error)}${cause}`,
  );
}

/** The answer of a request, or undefined when the service says there is no such thing. */
export async function unlessGone<Answer>(request: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof HttpFailure && error.status === 404) return undefined;
    throw error;
  }
}
