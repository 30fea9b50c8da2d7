import { type Fault, faultList } from "./fault-list.ts";
import type { Holdings, RecordedRun } from "./fault-report.ts";

/** What the fault tests of one file did, and whether they held. */
export interface RecordedFile {
  readonly passed: boolean;
  readonly runs: readonly RecordedRun[];
}

/** One row of the report. */
export interface ReportRow {
  readonly fault: string;
  readonly done: string;
  readonly answered: string;
  readonly held: string;
  readonly next: string;
  readonly verdict: "holds" | "does not hold" | "not run";
}

/** The rows of the report, from what the tests recorded, by file. */
export function reportRows(recorded: Readonly<Record<string, RecordedFile>>): ReportRow[] {
  return faultList.map((fault) => rowOf(fault, recorded[fault.file]));
}

function rowOf(fault: Fault, file: RecordedFile | undefined): ReportRow {
  const { run = 0, times = 1 } = fault;
  const met = file?.runs.slice(run, run + times) ?? [];
  const [first] = met;
  const last = met.at(-1);
  const row = { fault: fault.fault, done: fault.done };
  if (!file || !first || !last) return { ...row, answered: "", held: "", next: "", verdict: "not run" };
  return {
    ...row,
    answered: `${ending(first)} after ${seconds(met)}: ${tellingLine(first, fault.line)}`,
    held: `${holdings(first.before)} → ${holdings(last.after)}`,
    next: mending(fault, file.runs),
    verdict: file.passed ? "holds" : "does not hold",
  };
}

function mending({ next }: Fault, runs: readonly RecordedRun[]): string {
  if (typeof next === "string") return next;
  const mended = next === undefined ? runs.at(-1) : runs[next];
  return mended ? `${ending(mended)}: ${tellingLine(mended)}; ${holdings(mended.after)}` : "nothing was run";
}

const ending = ({ exit }: RecordedRun) => (exit === "killed" ? "killed" : `exit ${exit}`);

function seconds(runs: readonly RecordedRun[]): string {
  const all = runs.map((run) => Math.round(run.seconds));
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return least === most ? `${most} s` : `${least} to ${most} s, ${runs.length} times`;
}

const done = /^([+~-]+ +)?\d+ (created|updated|deleted|replaced|unchanged|changes)/;

function tellingLine({ lines, exit }: RecordedRun, wanted?: RegExp | string): string {
  if (typeof wanted === "string") return wanted;
  const found = wanted && lines.find((line) => wanted.test(line));
  const summary = lines.filter((line) => done.test(line)).join(", ");
  const line = found ?? (exit === 0 ? summary : lines.filter((one) => /error:/i.test(one)).at(-1)) ?? "";
  return line.length > 260 ? `${line.slice(0, 257)}...` : line;
}

const holdings = ({ account, state }: Holdings) => `${account} in the account, ${state} in the state`;

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** The report as a page. */
export function renderFaults(rows: readonly ReportRow[]): string {
  const columns = [
    "fault",
    "what was done",
    "what up answered",
    "before → after",
    "what the next up did",
    "verdict",
  ];
  const lines = [
    columns,
    columns.map(() => "---"),
    ...rows.map(({ fault, done, answered, held, next, verdict }) => [
      fault,
      done,
      answered,
      held,
      next,
      verdict,
    ]),
  ];
  return `${opening}${lines.map((line) => `| ${line.map(cell).join(" | ")} |`).join("\n")}\n${waysOut}`;
}

const opening = `# Faults

<!-- Made by ./scripts/fault-report from what tests/engine/faults-*.test.ts record. -->

What was done to the whole program, run by the real engine against the simulated cloud, and what came of it. Verdict:
whether its tests hold, which say more than fits here: a clear error or another try, nothing twice, no secret lost, and a next
\`up\` that converges. Counts are of everything in the account (the seeded inventory among it) and in the stack's state.

`;

const waysOut = `
## Ways out

| what happened | under plain pulumi | in the sandbox |
| --- | --- | --- |
| a droplet came late | \`pulumi up --refresh\` | the same |
| a droplet never came | \`pulumi state unprotect URN && pulumi up --replace URN\`, which the error prints with its URN: it never started, so it holds nothing | the same |
| an answer was lost, and the name is taken | \`pulumi import TYPE NAME ID --parent parent=URN --protect=false --generate-code=false\`, then \`pulumi up\` | the same |
| an answer was lost, and a droplet is there twice | \`doctl compute droplet list --tag-name insightpulse-ENVIRONMENT\`, and delete what \`pulumi stack export\` does not know | \`./scripts/sandbox status\` names it with the command |
| the engine was killed | \`pulumi cancel\`, then \`pulumi refresh\`: it asks about every creation that was under way | \`./scripts/sandbox up\` releases the lock, and removes what was half made |
| the state file is damaged | the bucket's previous version of it, or the copy beside it (\`.bak\`), or the newest in \`.pulumi/backups\`; then \`pulumi preview --import-file FILE\` shows what it does not know: fill in the ids of what is there, \`pulumi import --file FILE\` | \`./scripts/sandbox up\` does all that |
| the disk was full | make room, \`pulumi refresh\`, \`pulumi up\` | make room, \`./scripts/sandbox up\` |

The simulated cloud keeps the vendor's rules as far as they are published. DigitalOcean lets two droplets have one name, and its
provider asks again when a connection breaks: a droplet whose answer is lost is doubled there too.
`;
