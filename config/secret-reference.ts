import type { Configuration } from "./configuration.ts";
import { type Rotation, type SecretRow, secretInventory } from "./derive/secret-inventory.ts";
import { describeUser } from "./derive/secret-users.ts";

/** The page on secrets as Markdown, made from an environment's settings and the catalogue. */
export function secretReference(configuration: Configuration): string {
  const rows = secretInventory(configuration);
  const { stack } = configuration;
  const careful = rows.filter(({ rotation }) => rotation.by === "hand" || rotation.by === "steps");
  return `${[
    "# Secrets",
    "",
    "<!-- Made by ./scripts/write-references from the catalogue, config/secrets.ts and Pulumi.prod.yaml. -->",
    "",
    `Every secret of ${stack}, and no value. \`./scripts/ops secrets\` prints the same for the settings as they are, with the age`,
    "of each and what is overdue; `./scripts/ops rotate NAME` makes another one, or says what to do. A test walks the program's",
    "resources and fails where a secret, or somebody who has one, is missing here. What has leaked goes first:",
    "[rotate-leaked-secrets.md](runbooks/rotate-leaked-secrets.md).",
    "",
    "| name | what it opens | who has it | may be | rotated by |",
    "| --- | --- | --- | --- | --- |",
    ...rows.map((row) => `| ${cellsOf(row, configuration).join(" | ")} |`),
    "",
    "**Age.** What the stack made is as old as its resource in the state. What people set has no date of its own there:",
    "`./scripts/ops rotate NAME` writes the day into `secrets.setOn`, and until then its age is unknown. Nothing guesses.",
    ...careful.flatMap(stepsOf),
  ].join("\n")}\n`;
}

function cellsOf({ name, kind, purpose, users, rotation }: SecretRow, { secrets }: Configuration): string[] {
  const ages: Readonly<Record<string, number>> = secrets.maximalAgeDays;
  const age = ages[kind] === undefined ? kind : `${ages[kind]} days old`;
  return [`\`${name}\``, purpose, users.map(describeUser).join("; "), age, wayOf(rotation)];
}

function wayOf(rotation: Rotation): string {
  const ways = { turns: "the stack", stack: "the stack", hand: "hand", steps: "steps below" };
  return rotation.by === "stack" && rotation.afterwards !== undefined
    ? `the stack. ${rotation.afterwards}`
    : ways[rotation.by];
}

function stepsOf({ name, rotation }: SecretRow): string[] {
  if (rotation.by !== "hand" && rotation.by !== "steps") return [];
  const steps = rotation.by === "hand" ? [...rotation.steps, rotation.last] : rotation.steps;
  return [
    ...["", `## ${name}`, ""],
    ...(rotation.by === "steps" ? [`Not by a command: ${rotation.because}.`, ""] : []),
    ...steps.map((step, index) => `${index + 1}. ${isCommand(step) ? `\`${step}\`` : step}`),
  ];
}

/** A sentence begins with a capital letter; a command does not. */
function isCommand(step: string): boolean {
  return /^[a-z.]/.test(step);
}
