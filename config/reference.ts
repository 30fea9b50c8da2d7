import { z } from "zod";
import { type SectionName, sections } from "./schema.ts";
import { secrets } from "./secrets.ts";

/** The parts of a JSON schema the reference speaks of. */
interface KeySchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly KeySchema[];
  readonly properties?: Readonly<Record<string, KeySchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: KeySchema | boolean;
  readonly items?: KeySchema;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The configuration reference as Markdown, made from the schema so that the two cannot drift apart. */
export function configurationReference(): string {
  const schemas = Object.keys(sections).map((name) => ({
    name,
    schema: z.toJSONSchema(sections[name as SectionName], {
      io: "input",
      unrepresentable: "any",
    }) as KeySchema,
  }));
  return `${[
    "# Configuration",
    "",
    "<!-- Made by ./scripts/write-references from config/schema.ts and config/secrets.ts. -->",
    "",
    "Every key of `Pulumi.<environment>.yaml`, below the prefix `insightpulse:`. A key that is not listed is refused;",
    "`<name>` stands for a word of your own. Rules that cross keys are in `config/rules/`, one file each.",
    ...schemas.flatMap(({ name, schema }) => section(name, schema)),
    "",
    "## Secrets",
    "",
    "Set each with `pulumi config set --secret NAME`, which asks for the value. All are needed unless it says when.",
    "",
    "| name | what it opens | needed with |",
    "| --- | --- | --- |",
    ...secrets.map(
      ({ name, purpose, neededWhen }) => `| \`${name}\` | ${purpose} | ${neededWhen ?? "always"} |`,
    ),
  ].join("\n")}\n`;
}

function section(name: string, schema: KeySchema): string[] {
  const rows = keyRows(name, schema, true);
  return [
    "",
    `## ${name}`,
    "",
    ...(schema.description === undefined || rows.length === 1 ? [] : [schema.description, ""]),
    "| key | value | default | meaning |",
    "| --- | --- | --- | --- |",
    ...rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`),
  ];
}

function keyRows(path: string, schema: KeySchema, required: boolean): string[][] {
  if (schema.properties !== undefined) {
    const needed = new Set(schema.required ?? []);
    return Object.entries(schema.properties).flatMap(([key, inner]) =>
      keyRows(`${path}.${key}`, inner, needed.has(key)),
    );
  }
  if (typeof schema.additionalProperties === "object") {
    return keyRows(`${path}.<name>`, schema.additionalProperties, required);
  }
  if (schema.items?.properties !== undefined) return keyRows(`${path}[]`, schema.items, required);
  if (schema.anyOf?.some(({ properties }) => properties !== undefined)) {
    return schema.anyOf.flatMap((choice) => keyRows(path, choice, false));
  }
  return [[`\`${path}\``, valueWords(schema), defaultWords(schema, required), schema.description ?? ""]];
}

function valueWords(schema: KeySchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(" or ");
  if (schema.items !== undefined) return `list of ${valueWords(schema.items)}`;
  const bounds = [
    ...(schema.minimum === undefined || schema.minimum <= Number.MIN_SAFE_INTEGER
      ? []
      : [`from ${schema.minimum}`]),
    ...(schema.maximum === undefined || schema.maximum >= Number.MAX_SAFE_INTEGER
      ? []
      : [`to ${schema.maximum}`]),
  ];
  return [schema.type ?? schema.anyOf?.[0]?.type ?? "text", ...bounds].join(" ").replace("string", "text");
}

function defaultWords(schema: KeySchema, required: boolean): string {
  if (schema.default !== undefined) return `\`${JSON.stringify(schema.default)}\``;
  return required ? "required" : "none";
}
