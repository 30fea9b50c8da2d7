import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { root, textOf } from "./pages.ts";

/** The command lines of the repository, and the folder in which each command has its file. */
const commandLines = { ops: "operations/cli/commands", sandbox: "sandbox/cli/commands" } as const;

/** Every command of `./scripts/ops` and `./scripts/sandbox`, by the program's name and its own. */
export async function allCommands(): Promise<Record<"ops" | "sandbox", Map<string, Command>>> {
  const [ops, sandbox] = await Promise.all([commandsIn(commandLines.ops), commandsIn(commandLines.sandbox)]);
  return { ops, sandbox };
}

async function commandsIn(folder: string): Promise<Map<string, Command>> {
  const files = readdirSync(join(root, folder)).filter((file) => !file.endsWith("-actions.ts"));
  const modules = await Promise.all(files.map((file) => import(join(root, folder, file))));
  const made = modules.flatMap((module) =>
    Object.entries(module).flatMap(([name, make]) =>
      name.endsWith("Command") && typeof make === "function" ? [make() as Command] : [],
    ),
  );
  return new Map(made.map((command) => [command.name(), command]));
}

/** A command line that some text names: the script below `scripts/`, and the words behind it. */
export interface Named {
  readonly line: number;
  readonly script: string;
  readonly words: readonly string[];
}

/** Where a command ends: a pipe, a redirection, another command, a remark, the end of quoted text, a long space in a table. */
const end = /[|;&<>()"'`#]| {2,}|\\n|(?=\.\/scripts\/)|$/;

/** Every `./scripts/...` in a text. What is put in by a program (`${...}`) or stands for something (`...`) ends the words. */
export function commandsNamedIn(text: string): Named[] {
  return text.split("\n").flatMap((content, index) =>
    [...content.matchAll(/\.\/scripts\/(?<script>[a-z][a-z-]*)(?<rest> ?.*)/g)].flatMap(({ groups }) => {
      const { script = "", rest = "" } = groups ?? {};
      const [first = ""] = rest.split(end);
      const words = first.trim().split(/ +/).filter(Boolean);
      const open = words.findIndex((word) => /[${}…]|^\.\.\./.test(word));
      const own = { line: index + 1, script, words: open < 0 ? words : words.slice(0, open) };
      // The same line may name another one behind it.
      return [own, ...commandsNamedIn(rest.slice(first.length)).map((one) => ({ ...one, line: index + 1 }))];
    }),
  );
}

/** What is wrong with a command line of `./scripts/ops` or `./scripts/sandbox`, in words; undefined where there is such a one. */
export function faultIn(commands: Map<string, Command>, words: readonly string[]): string | undefined {
  const [first, ...rest] = words.map((word) => word.replace(/[.,:!?\\]+$/, ""));
  if (first === undefined || first === "" || first === "--help") return undefined;
  let command = commands.get(first);
  if (command === undefined) return `there is no command ${first}`;
  let left = rest;
  while (command.commands.length > 0) {
    const [word, ...others] = left;
    if (word === undefined || !/^[a-z]/.test(word)) break;
    const next: Command | undefined = command.commands.find((one) => one.name() === word);
    if (next === undefined) return `${command.name()} has no command ${word}`;
    command = next;
    left = others;
  }
  const runsAnother = command.registeredArguments.at(-1)?.name() === "command";
  for (const word of left) {
    // What follows belongs to another program.
    if (word === "--" || (runsAnother && !word.startsWith("-"))) break;
    const long = /^--[a-z][a-z-]*/.exec(word)?.[0];
    if (long === undefined || long === "--help") continue;
    if (!command.options.some((option) => option.long === long))
      return `${command.name()} has no option ${long}`;
  }
  return undefined;
}

/** The layers of `./scripts/test`. */
export function testLayers(): Set<string> {
  const arrays = textOf("scripts/test").matchAll(/^(?:layers|named)=\((?<names>[a-z ]+)\)$/gm);
  return new Set([...arrays].flatMap(({ groups }) => groups?.names?.split(" ") ?? []));
}
