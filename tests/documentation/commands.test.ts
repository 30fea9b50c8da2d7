import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { Command } from "commander";
import { allCommands, commandsNamedIn, faultIn, testLayers } from "./commands.ts";
import { filesOf, root, textOf } from "./pages.ts";

const commands = await allCommands();
const layers = testLayers();

function faultOf(script: string, words: readonly string[]): string | undefined {
  if (!existsSync(join(root, "scripts", script))) return `there is no scripts/${script}`;
  if (script === "ops" || script === "sandbox") return faultIn(commands[script], words);
  const [layer] = words;
  if (script === "test" && /^[a-z]+$/.test(layer ?? "") && !layers.has(layer ?? ""))
    return `./scripts/test has no layer ${layer}`;
  return undefined;
}

/** Whatever names commands to people: pages, what the programs say, workflows. */
const named = filesOf(".md", ".ts", ".py", ".yml", ".yaml").filter((file) => !file.startsWith("tests/"));

suite("every ./scripts/... that is named to people is there, with its subcommand and its options", () => {
  for (const file of named) {
    const found = commandsNamedIn(textOf(file));
    if (found.length === 0) continue;
    test(file, () => {
      const faults = found.flatMap(({ line, script, words }) => {
        const fault = faultOf(script, words);
        return fault === undefined
          ? []
          : [`${file}:${line}: ./scripts/${script} ${words.join(" ")}: ${fault}`];
      });
      assert.deepEqual(faults, []);
    });
  }

  test("one that is not there is named: script, command, subcommand, option, layer", () => {
    const faults = (line: string) => commandsNamedIn(line).map(({ script, words }) => faultOf(script, words));
    assert.deepEqual(faults("`./scripts/nothing`"), ["there is no scripts/nothing"]);
    assert.deepEqual(faults("./scripts/ops mend prod"), ["there is no command mend"]);
    assert.deepEqual(faults("run ./scripts/ops state prove, then"), ["state has no command prove"]);
    assert.deepEqual(faults("./scripts/ops gate --force | jq ."), ["gate has no option --force"]);
    assert.deepEqual(faults("./scripts/test unity"), ["./scripts/test has no layer unity"]);
    assert.deepEqual(faults("./scripts/sandbox inside -- ./scripts/ops dance"), [
      undefined,
      "there is no command dance",
    ]);
    assert.deepEqual(faults("./scripts/ops state lock --free --held-by me@here     # after asking"), [
      undefined,
    ]);
  });
});

suite("every command's --help has examples, and so has each of its subcommands", () => {
  for (const [program, all] of Object.entries(commands))
    for (const command of all.values())
      test(`./scripts/${program} ${command.name()}`, () => {
        const without = [command, ...command.commands].filter((one) => !hasExamples(one));
        assert.deepEqual(
          without.map((one) => one.name()),
          [],
        );
      });
});

function hasExamples(command: Command): boolean {
  let help = "";
  const write = (text: string) => {
    help += text;
  };
  command.configureOutput({ writeOut: write, outputError: write }).outputHelp();
  return /^Examples:$/m.test(help);
}
