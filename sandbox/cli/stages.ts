import { Listr, ListrLogger, ProcessOutput } from "listr2";
import { messageOf } from "../engine/failure.ts";
import type { StageRunner } from "../engine/prepare.ts";
import type { Stage } from "../engine/sandbox.ts";
import { say } from "./output.ts";

/** How often a long stage says that it is still at work where nothing can be drawn over, in milliseconds. */
const heartbeatMs = 20_000;

/** Runs stages side by side: living lines on a terminal; elsewhere a line at start and end, and a sign of life between. */
export const runStages: StageRunner = async (stages) => {
  const notes: string[] = [];
  try {
    await (isTerminal() ? runOnTerminal(stages, notes) : runPlainly(stages, notes));
  } finally {
    for (const note of notes) say(`  note: ${note}`);
  }
};

async function runPlainly(stages: readonly Stage[], notes: string[]): Promise<void> {
  await Promise.all(
    stages.map(async (stage) => {
      const elapsed = stopwatch();
      say(`start  ${stage.title}`);
      let line = "";
      const heartbeat = setInterval(() => say(stillAtWork(stage.title, line, elapsed())), heartbeatMs);
      try {
        const outcome = await stage.run(
          (text) => {
            line = text.split("\n", 1)[0] ?? "";
          },
          (note) => notes.push(note),
        );
        say(`done   ${stage.title}: ${outcome} (${elapsed()})`);
      } catch (error) {
        say(`failed ${stage.title} (${elapsed()})`);
        throw error;
      } finally {
        clearInterval(heartbeat);
      }
    }),
  );
}

/** A sign of life: what a stage is at, where it has said so. */
export function stillAtWork(title: string, line: string, elapsed: string): string {
  const at = line.trim().replace(/ {2,}/g, " ");
  return `still  ${at === "" ? title : `${title}: ${at}`} (${elapsed})`;
}

async function runOnTerminal(stages: readonly Stage[], notes: string[]): Promise<void> {
  // Standard output stays free for the answer, so that it can be piped while the progress is watched.
  const logger = new ListrLogger({
    useIcons: true,
    processOutput: new ProcessOutput(process.stderr, process.stderr),
  });
  const list = new Listr(
    stages.map((stage) => terminalTask(stage, notes)),
    {
      concurrent: true,
      renderer: "default",
      // Interrupts belong to the engine operation under way, which ends in good order.
      registerSignalListeners: false,
      rendererOptions: { logger, formatOutput: "truncate", showErrorMessage: false },
    },
  );
  process.on("exit", showCursor);
  await list.run();
  process.off("exit", showCursor);
}

/** An interrupted list has hidden it. */
function showCursor(): void {
  process.stderr.write("\x1b[?25h");
}

function terminalTask(stage: Stage, notes: string[]) {
  return {
    title: stage.title,
    task: async (_context: unknown, task: { title: string | undefined; output: string | undefined }) => {
      const elapsed = stopwatch();
      let line = "";
      const show = () => {
        task.output = `${elapsed()}  ${line}`;
      };
      const clock = setInterval(show, 1_000);
      try {
        const outcome = await stage.run(
          (text) => {
            line = text.split("\n", 1)[0] ?? "";
            show();
          },
          (note) => notes.push(note),
        );
        task.title = `${stage.title}: ${outcome} (${elapsed()})`;
      } catch (error) {
        task.title = `${stage.title}: ${messageOf(error).split("\n", 1)[0]}`;
        throw error;
      } finally {
        clearInterval(clock);
      }
    },
  };
}

function stopwatch(): () => string {
  const began = performance.now();
  return () => `${Math.round((performance.now() - began) / 1000)} s`;
}

/** A terminal that gives no width has no room for living lines. */
function isTerminal(): boolean {
  return process.stderr.isTTY && process.stderr.columns > 0;
}
