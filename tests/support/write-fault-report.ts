import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { type RecordedFile, renderFaults, reportRows } from "./render-faults.ts";

const help = `Usage: ./scripts/fault-report [--json] [FILE...]

Runs the fault tests (all of tests/engine/faults-*.test.ts, or those named) and writes docs/faults.md.

  --json    print the rows as JSON, and write no page

Examples:
  ./scripts/fault-report
  ./scripts/fault-report --json faults-droplet faults-state`;

const root = resolve(import.meta.dirname, "../..");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}

const all = readdirSync(join(root, "tests/engine"))
  .map((name) => /^(?<file>faults-.+)\.test\.ts$/.exec(name)?.groups?.file)
  .filter((file) => file !== undefined);
const unknown = positionals.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`error: there is no fault test ${unknown.join(", ")}; there are: ${all.join(", ")}`);
  process.exit(2);
}
const partial = positionals.length > 0;
if (partial && !values.json) {
  console.error("error: a page of some faults would hide the others. Add --json, or name no file.");
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "fault-report-"));
const recorded: Record<string, RecordedFile> = {};
try {
  for (const file of partial ? positionals : all) {
    const began = Date.now();
    process.stderr.write(`start  ${file}\n`);
    const heartbeat = setInterval(() => process.stderr.write(`still  ${file}\n`), 20_000);
    const test = join(root, `tests/engine/${file}.test.ts`);
    const options = { cwd: root, env: { FAULT_REPORT: folder }, reject: false, all: true } as const;
    const { exitCode, all: printed } = await execa(process.execPath, ["--test", test], options);
    clearInterval(heartbeat);
    process.stderr.write(
      `done   ${file}: ${exitCode === 0 ? "holds" : "does not hold"} (${Math.round((Date.now() - began) / 1000)} s)\n`,
    );
    if (exitCode !== 0) process.stderr.write(`${printed}\n`);
    const runs = readdirSync(folder).includes(`${file}.json`)
      ? JSON.parse(readFileSync(join(folder, `${file}.json`), "utf8"))
      : [];
    recorded[file] = { passed: exitCode === 0, runs };
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const rows = reportRows(recorded);
if (values.json)
  console.log(JSON.stringify(partial ? rows.filter(({ verdict }) => verdict !== "not run") : rows, null, 2));
else writeFileSync(join(root, "docs/faults.md"), renderFaults(rows));
if (Object.values(recorded).some(({ passed }) => !passed)) process.exit(1);
