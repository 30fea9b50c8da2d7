import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Inventory, Outcome } from "./sandbox.ts";

/** How many things there are: at the vendor, and in the state, which may be damaged. */
export interface Holdings {
  readonly account: number;
  readonly state: number | "unreadable" | "none";
}

/** One run of the engine that a fault test made. */
export interface RecordedRun {
  readonly words: string;
  readonly exit: number | "killed";
  readonly seconds: number;
  /** What it said of errors and of what it did. */
  readonly lines: readonly string[];
  readonly before: Holdings;
  readonly after: Holdings;
}

const lasting =
  /^(ssh_keys|vpcs|droplets|firewalls|domains|domain_records|tags|projects|apps|uptime_|monitor_|spaces_keys|buckets)/;

/**
 * Notes what each run of a fault test answered and left, for `./scripts/fault-report`. Does nothing, and costs nothing,
 * unless FAULT_REPORT names a folder.
 */
export class FaultRecorder {
  readonly #folder = process.env.FAULT_REPORT;
  readonly #runs: RecordedRun[] = [];
  readonly #look: () => Promise<Inventory>;
  readonly #stateFile: string;

  constructor(look: () => Promise<Inventory>, stateFile: string) {
    this.#look = look;
    this.#stateFile = stateFile;
  }

  /** Does a run, and notes it. */
  async run<Result extends Outcome>(words: string, work: () => Promise<Result>): Promise<Result> {
    if (!this.#folder) return work();
    const before = await this.#holdings();
    const began = Date.now();
    const result = await work();
    this.#runs.push({
      words,
      exit: result.exitCode ?? "killed",
      seconds: (Date.now() - began) / 1000,
      lines: tellingLines(result),
      before,
      after: await this.#holdings(),
    });
    mkdirSync(this.#folder, { recursive: true });
    const file = `${basename(process.argv[1] ?? "").replace(".test.ts", "")}.json`;
    writeFileSync(join(this.#folder, file), JSON.stringify(this.#runs));
    return result;
  }

  async #holdings(): Promise<Holdings> {
    // A sandbox that is not there yet holds nothing.
    const inventory = await this.#look().catch((): Inventory => ({}));
    const account = Object.entries(inventory)
      .filter(([collection]) => lasting.test(collection))
      .reduce((sum, [, entries]) => sum + entries.length, 0);
    return { account, state: countState(this.#stateFile) };
  }
}

function countState(file: string): Holdings["state"] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return "none";
  }
  try {
    return JSON.parse(text).checkpoint.latest?.resources?.length ?? 0;
  } catch {
    return "unreadable";
  }
}

const telling =
  /error:|note:|currently locked|created by|no space left|Gave up|become ready|^([+~-]+ +)?\d+ (created|updated|deleted|replaced|unchanged|changes)/i;

/** Lines that say what went wrong or what was done, without what differs between machines. */
function tellingLines({ printed, exitCode }: Outcome): string[] {
  const lines = printed
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => telling.test(line))
    // The engine's line of progress stands before the first line of an error.
    .map((line) => line.replace(/^.*?\bcreating \(\d+s\) (?=error:)/, ""));
  const killed = exitCode === undefined ? ["killed"] : [];
  return [...killed, ...lines].map((line) =>
    line
      .replaceAll(/\/tmp\/sandbox-test-\w+/g, "FOLDER")
      .replaceAll(/127\.0\.0\.1:\d+/g, "CLOUD")
      .replaceAll(/\S+@\S+ \(p/g, "USER@MACHINE (p"),
  );
}
