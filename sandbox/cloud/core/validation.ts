import { z } from "zod";
import { unprocessable } from "./errors.ts";

/** Reads a request body against a strict schema; the first thing wrong with it becomes a 422 that names the field. */
export function parseBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  throw unprocessable(describeIssue(result.error.issues[0]));
}

/** One sentence for one validation issue, with the path of the field as it is written in the request. */
export function describeIssue(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return "The request body is not valid.";
  const field = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const names = issue.keys.map((key) => (field === "" ? key : `${field}.${key}`));
    return `${names.join(", ")}: unknown field`;
  }
  if (issue.code === "invalid_union") {
    const nested = issue.errors.flat().find((candidate) => candidate.code === "unrecognized_keys");
    if (nested) return describeIssue({ ...nested, path: [...issue.path, ...nested.path] });
  }
  return field === "" ? issue.message : `${field}: ${issue.message}`;
}

/** A list that clients may leave out or send as null (a Go client sends an empty slice as null). */
export const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items): z.output<T>[] => items ?? []);

/** Text that clients may leave out or send as null. */
export const text = () =>
  z
    .string()
    .nullish()
    .transform((value) => value ?? "");
