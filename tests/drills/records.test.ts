import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { drillsChart } from "../../sandbox/drills/chart.ts";
import { withProofLine } from "../../sandbox/drills/proof-line.ts";
import { type DrillRecord, inWords } from "../../sandbox/drills/records.ts";

const record: DrillRecord = {
  ...{ drill: "db-corruption", at: "2026-11-26T04:05:04Z" },
  seconds: { seen: 2, runbook: 60, verified: 8, total: 70 },
  ...{ lostSeconds: 42, allowanceMinutes: 3, limitMinutes: 15, holds: true, found: "" },
};
const page =
  "# Restore\n\nWords.\n\n```sh drill=db-corruption\nrestore\n```\n\n```sh test=tests/a.test.ts\nx\n```\n";

suite("what is recorded of drills", () => {
  test("spans are said as people say them", () => {
    assert.deepEqual([0.4, 59.4, 60, 250, 3600, 7500].map(inWords), [
      "0 s",
      "59 s",
      "1 min",
      "4 min 10 s",
      "1 h",
      "2 h 5 min",
    ]);
  });

  test("a page says under its title when it was last proven, and how long that took", () => {
    const told = withProofLine(page, [record]);
    assert.equal(
      told.split("\n")[2],
      "*Proven by the drill `db-corruption`, last on 2026-11-26: back after 1 min 10 s in the sandbox, of 15 min; `tests/a.test.ts`.*",
    );
    assert.equal(told.split("\n").length, page.split("\n").length + 2);
  });

  test("made again it stays as it is, and follows the newest record, also one that broke its limit", () => {
    const told = withProofLine(page, [record]);
    assert.equal(withProofLine(told, [record]), told);
    const slow = {
      ...record,
      at: "2026-12-01T00:00:00Z",
      seconds: { ...record.seconds, total: 960 },
      holds: false,
    };
    assert.match(withProofLine(told, [record, slow]), /last on 2026-12-01: back after 16 min .*BROKEN/);
  });

  test("a page says so when its drill was never recorded, and nothing when nobody executes it", () => {
    assert.match(withProofLine(page, []), /`db-corruption`, which was not recorded yet/);
    assert.equal(withProofLine("# Words\n\nOnly.\n", [record]), "# Words\n\nOnly.\n");
  });

  test("the picture has a bar for every run, in another colour where the limit is broken", () => {
    const svg = drillsChart([record, { ...record, holds: false }]);
    assert.equal(svg.match(/<rect class="holds"/g)?.length, 1);
    assert.equal(svg.match(/<rect class="exceeds"/g)?.length, 1);
    assert.equal(svg.match(/<circle class="lost"/g)?.length, 2);
  });
});
