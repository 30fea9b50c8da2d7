import type { z } from "zod";
import { type Fault, removeCommand, setCommand, show } from "./fault.ts";
import { type SectionName, type Settings, sections } from "./schema.ts";

/** What the sections gave: those that hold (even if a key too many was in them), and everything that is wrong. */
export interface ParsedSections {
  readonly settings: Partial<Settings>;
  readonly faults: readonly Fault[];
}

/**
 * Parses every section by its own schema, so that one bad section hides no fault of another.
 *
 * @param values the sections as found, secrets left out
 * @param stack name used in the commands that mend a fault
 */
export function parseSections(values: Readonly<Record<string, unknown>>, stack: string): ParsedSections {
  const faults: Fault[] = [];
  const settings: Partial<Record<SectionName, unknown>> = {};

  for (const name of Object.keys(values)) {
    if (!(name in sections)) faults.push(unknownKey(name, Object.keys(sections).join(", "), stack));
  }
  for (const name of Object.keys(sections) as SectionName[]) {
    const { output, issues } = parseSection(sections[name], values[name]);
    faults.push(...issues.flatMap((issue) => toFaults(issue, name, values[name], stack)));
    if (output !== undefined) settings[name] = output;
  }
  return { settings: settings as Partial<Settings>, faults };
}

/** Parses one section; unknown keys are reported but taken out, so that the rules can still look at the rest. */
function parseSection(schema: z.ZodType, value: unknown): { output?: unknown; issues: z.core.$ZodIssue[] } {
  const first = schema.safeParse(value, { error: knownKeys });
  if (first.success) return { output: first.data, issues: [] };

  const { issues } = first.error;
  const pruned = structuredClone(value);
  for (const issue of issues) {
    if (issue.code !== "unrecognized_keys") continue;
    const parent = at(pruned, issue.path) as Record<string, unknown>;
    for (const surplus of issue.keys) delete parent[surplus];
  }
  const second = schema.safeParse(pruned);
  return second.success ? { output: second.data, issues } : { issues };
}

/** The message of an unknown key is the list of those that are known at its place. */
function knownKeys({ code, inst }: z.core.$ZodRawIssue): string | undefined {
  if (code !== "unrecognized_keys") return undefined;
  return Object.keys((inst as z.core.$ZodObject)._zod.def.shape).join(", ");
}

function toFaults(issue: z.core.$ZodIssue, section: string, value: unknown, stack: string): Fault[] {
  const path = [section, ...issue.path].join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((surplus) => unknownKey(`${path}.${surplus}`, issue.message, stack));
  }
  if (issue.code === "invalid_key") {
    const allowed = issue.issues[0]?.message ?? "another name";
    return [{ path, problem: "is not allowed as a name.", allowed, fix: removeCommand(path, stack) }];
  }
  const found = at(value, issue.path);
  if (found === undefined) {
    return [
      { path, problem: "is missing.", allowed: allowedBy(issue), fix: setCommand(path, "VALUE", stack) },
    ];
  }
  return [
    {
      path,
      problem: `${show(found)} is not allowed.`,
      allowed: allowedBy(issue),
      fix: setCommand(path, suggestion(issue), stack),
    },
  ];
}

function unknownKey(path: string, allowed: string, stack: string): Fault {
  return {
    path,
    problem: "is not a key of the configuration.",
    allowed,
    fix: removeCommand(path, stack),
  };
}

function allowedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_value":
      return issue.values.map(String).join(", ");
    case "too_small":
      return `at least ${issue.minimum}${issue.origin === "string" ? " characters" : ""}`;
    case "too_big":
      return `at most ${issue.maximum}${issue.origin === "string" ? " characters" : ""}`;
    case "invalid_type":
      return `a value of type ${issue.expected}`;
    case "invalid_union":
      return issue.message === "Invalid input" ? "one of the forms in docs/configuration.md" : issue.message;
    default:
      return issue.message;
  }
}

function suggestion(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") return String(issue.values[0]);
  if (issue.code === "too_small") return String(issue.minimum);
  if (issue.code === "too_big") return String(issue.maximum);
  return "VALUE";
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );
}
