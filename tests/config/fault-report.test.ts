import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { faultList } from "../support/fault-list.ts";
import type { RecordedRun } from "../support/fault-report.ts";
import { renderFaults, reportRows } from "../support/render-faults.ts";

const tests = new URL("../engine/", import.meta.url);
const files = readdirSync(tests).filter((name) => /^faults-.*\.test\.ts$/.test(name));
const source = (file: string) => readFileSync(new URL(`${file}.test.ts`, tests), "utf8");
const page = readFileSync(new URL("../../docs/faults.md", import.meta.url), "utf8");

suite("docs/faults.md (else: ./scripts/fault-report)", () => {
  test("has a row for every fault on the list, and no other", () => {
    const [, table = ""] = page.split("| fault |");
    const rows =
      table
        .split("\n\n")[0]
        ?.split("\n")
        .slice(2)
        .filter((line) => line !== "") ?? [];
    assert.deepEqual(
      rows.map((row) => row.split(" | ")[0]?.replace("| ", "")),
      faultList.map(({ fault }) => fault),
    );
    assert.deepEqual(
      rows.filter((row) => !row.endsWith("| holds |")),
      [],
    );
  });

  for (const { fault, file, test: title } of faultList)
    test(`${fault}: its test is there`, () => assert.ok(source(file).includes(title), `${file}: ${title}`));

  test("every fault test file is on the list", () => {
    const listed = new Set(faultList.map(({ file }) => `${file}.test.ts`));
    assert.deepEqual([...listed].sort(), files.sort());
  });
});

suite("the report of faults", () => {
  const nothing = { account: 10, state: 0 } as const;
  const met: RecordedRun = {
    words: "pulumi up",
    exit: 255,
    seconds: 12.4,
    lines: ["error: first | one", "error: 401 second"],
    before: nothing,
    after: { account: 12, state: 3 },
  };
  const mended: RecordedRun = {
    ...met,
    exit: 0,
    lines: ["+ 90 created"],
    after: { account: 100, state: 93 },
  };

  test("tells what was answered, what there was before and after, and what the next run did", () => {
    const rows = reportRows({ "faults-stopping": { passed: true, runs: [met, met, met, mended] } });
    const row = rows.find(({ fault }) => fault === "an expired token");
    assert.deepEqual(row, {
      fault: "an expired token",
      done: "a token the vendor does not know",
      answered: "exit 255 after 12 s: error: 401 second",
      held: "10 in the account, 0 in the state → 12 in the account, 3 in the state",
      next: "exit 0: + 90 created; 100 in the account, 93 in the state",
      verdict: "holds",
    });
  });

  test("says so when a test failed, or was not run, and keeps its table whole", () => {
    const rows = reportRows({ "faults-stopping": { passed: false, runs: [met, met] } });
    const verdicts = new Set(rows.map(({ verdict }) => verdict));
    assert.deepEqual(verdicts, new Set(["not run", "does not hold"]));
    const lines = renderFaults(rows)
      .split("\n")
      .filter((line) => line.startsWith("| an "));
    for (const line of lines.slice(0, faultList.length))
      assert.ok([5, 8].includes(line.split(/(?<!\\)\|/).length), line);
  });
});
