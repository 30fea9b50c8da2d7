/** A block of commands on a page, and by whom it is executed. */
export interface Block {
  /** Number of the line its first command stands in. */
  readonly line: number;
  readonly commands: readonly string[];
  /** Drills it belongs to. */
  readonly drills: readonly string[];
  /** Files of tests that execute it. */
  readonly tests: readonly string[];
  /** Why nothing executes it. */
  readonly notRun: string | undefined;
}

const fence = /^```(?:sh(?<info> .*)?)?$/;
const word = /(?<key>[a-z-]+)=(?:"(?<quoted>[^"]*)"|(?<bare>\S+))/g;

/**
 * The blocks of shell commands of a page. What stands behind `sh` in the line that opens one says by whom it is executed:
 * `drill=NAME,...`, `test=FILE,...` or `not-run="the reason"`. GitHub shows all of them as sh.
 */
export function blocksOf(page: string): Block[] {
  const lines = page.split("\n");
  const blocks: Block[] = [];
  let opened: { info: string; line: number } | undefined;
  for (const [index, text] of lines.entries()) {
    if (opened !== undefined) {
      if (text !== "```") continue;
      blocks.push({ ...executedBy(opened.info), ...opened, commands: lines.slice(opened.line - 1, index) });
      opened = undefined;
    } else if (text.startsWith("```sh")) {
      opened = { info: fence.exec(text)?.groups?.info ?? "", line: index + 2 };
    }
  }
  return blocks.map(({ line, commands, drills, tests, notRun }) => ({
    line,
    commands,
    drills,
    tests,
    notRun,
  }));
}

function executedBy(info: string): Pick<Block, "drills" | "tests" | "notRun"> {
  const words = new Map(
    [...info.matchAll(word)].map(({ groups }) => [groups?.key, groups?.quoted ?? groups?.bare ?? ""]),
  );
  const list = (key: string) => words.get(key)?.split(",") ?? [];
  return { drills: list("drill"), tests: list("test"), notRun: words.get("not-run") };
}

/**
 * A page as a program: its blocks that belong to a drill, as printed and each in the line it is printed in, so that a failure
 * names the page's own line. Blocks share their variables, as in one terminal. The first command that fails ends it.
 *
 * @param name of the page, for what is said about a failure
 */
export function scriptOf(page: string, name: string, drill: string): string {
  const lines = page.split("\n").map(() => "");
  for (const { line, commands, drills } of blocksOf(page)) {
    if (drills.includes(drill)) lines.splice(line - 1, commands.length, ...commands);
  }
  // The first line of a page is its title. What a command was is said as printed, before any variable has its value.
  const begin = `set -euo pipefail; trap 'printf "%s:%s: %s\\n" ${name} "$LINENO" "$BASH_COMMAND" >&2' ERR`;
  return [begin, ...lines.slice(1)].join("\n");
}
