import { Command } from "commander";
import { type Rotation, type SecretRow, secretInventory } from "../../../config/derive/secret-inventory.ts";
import { describeUser } from "../../../config/derive/secret-users.ts";
import { requireEnvironment } from "../../environments.ts";
import { plainConfiguration } from "../../plain-configuration.ts";
import { type Age, ageOf, resourcesMade } from "../../secrets/ages.ts";
import { print, printJson, say, table } from "../output.ts";

const overdueStatus = 3;

/** `secrets`: every secret, who has it, how old it is, how it is rotated. */
export function secretsCommand(): Command {
  return new Command("secrets")
    .description("list every secret: who has it, how old it is, how it is rotated; never a value")
    .argument("[environment]", "environment whose secrets they are", "prod")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Follows from the catalogue and the settings; the ages of what the stack made come from its state, in which nothing is opened:
no passphrase, no token of the cloud. What people set is as old as secrets.setOn says, which rotate writes; where nothing
says it, the age is unknown. Exits with 3 when one is older than secrets.maximalAgeDays allows, and with 0 otherwise.

Examples:
  ./scripts/ops secrets
  ./scripts/ops secrets staging --json`,
    )
    .action(run);
}

interface Listed {
  readonly row: SecretRow;
  readonly age: Age;
}

async function run(environment: string, { json }: { readonly json?: true }): Promise<void> {
  requireEnvironment(environment);
  const configuration = plainConfiguration(environment);
  const { made, unreadable } = await resourcesMade(environment);
  const now = new Date();
  const listed = secretInventory(configuration).map((row) => ({
    row,
    age: ageOf(row, configuration.secrets, made, now),
  }));
  if (json) printJson({ environment, secrets: listed.map(forMachines) });
  else print(formatted(listed).join("\n"));
  if (unreadable !== undefined) say(`what the stack made has no age here: ${unreadable.split("\n")[0]}`);
  if (listed.some(({ age }) => age.overdue)) process.exitCode = overdueStatus;
}

function forMachines({ row, age }: Listed) {
  const { name, kind, purpose, users, rotation } = row;
  return { name, kind, purpose, users: users.map(describeUser), age, rotation: ways[rotation.by](row) };
}

function formatted(listed: readonly Listed[]): string[] {
  const rows = listed.map(({ row, age }) => [
    ...[row.name, kinds[row.kind], described(age)],
    ...[ways[row.rotation.by](row), row.users.map(describeUser).join(", ")],
  ]);
  return table([["name", "kind", "age", "rotated by", "users"], ...rows], new Set());
}

const kinds: Readonly<Record<SecretRow["kind"], string>> = {
  databaseLogins: "database login",
  accessKeys: "access key",
  generated: "generated",
  given: "set by hand",
  kept: "kept",
  name: "a name",
  "host's own": "host's own",
};

function described({ days, limit, overdue }: Age): string {
  if (days === null) return "unknown";
  const said = days === 1 ? "1 day" : `${days} days`;
  return overdue ? `${said}, OVERDUE: at most ${limit}` : said;
}

const ways: Readonly<Record<Rotation["by"], (row: SecretRow) => string>> = {
  turns: ({ name }) => `the stack: ops rotate ${name}`,
  stack: ({ name }) => `the stack: ops rotate ${name}`,
  hand: ({ name }) => `hand, at its source: ops rotate ${name}`,
  steps: ({ name }) => `steps: ops rotate ${name} prints them`,
};
