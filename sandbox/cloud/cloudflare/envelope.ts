import { z } from "zod";
import { describeIssue } from "../core/validation.ts";

/** A refusal in Cloudflare's words: the status and the code that clients look at. */
export class CloudflareError extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const invalid = (message: string, code = 9005) => new CloudflareError(400, code, message);

export function orMissing<T>(record: T | undefined, code: number, message: string): T {
  if (record === undefined) throw new CloudflareError(404, code, message);
  return record;
}

/** What every answer looks like. */
export const success = (result: unknown, result_info?: unknown) => ({
  success: true,
  errors: [],
  messages: [],
  result,
  ...(result_info === undefined ? {} : { result_info }),
});

export const failure = (code: number, message: string) => ({
  success: false,
  errors: [{ code, message }],
  messages: [],
  result: null,
});

/** Reads a body against a strict schema; what is wrong becomes Cloudflare's error. */
export function parse<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body ?? {});
  if (!result.success) throw invalid(describeIssue(result.error.issues[0]));
  return result.data;
}

const Paging = z.object({
  page: z.coerce.number().int().min(1).default(1),
  per_page: z.coerce.number().int().min(1).max(50_000).default(100),
});

/** One page of a list, in the envelope. */
export function listing<T>(items: T[], query: unknown) {
  const { page, per_page } = parse(Paging, query);
  const shown = items.slice((page - 1) * per_page, page * per_page);
  const total_pages = Math.ceil(items.length / per_page);
  return success(shown, { page, per_page, count: shown.length, total_count: items.length, total_pages });
}
