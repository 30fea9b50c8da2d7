import assert from "node:assert/strict";
import { resolve } from "node:path";
import { suite, test } from "node:test";
import { execa } from "execa";
import { bench } from "../../benchmarks/bench.ts";
import { type Benchmark, type Figure, figure } from "../../benchmarks/benchmark.ts";
import { chart } from "../../benchmarks/chart.ts";
import { page } from "../../benchmarks/documentation.ts";
import { benchmarks } from "../../benchmarks/list.ts";
import { formatFigures } from "../../benchmarks/report.ts";

const held = figure("quick enough", 1.499, "ratio", 1.5);
const exceeded = figure("too slow & <too> large", 12.34, "ms/resource", 10);
const told = figure("only told", 1234.5, "ms");

const giving = (name: string, ...figures: Figure[]): Benchmark => ({
  name,
  description: "gives what it is told",
  run: async () => figures,
});

suite("a figure", () => {
  test("is held against its limit as it is shown, and holds where there is none", () => {
    assert.deepEqual(held, { name: "quick enough", value: 1.5, unit: "ratio", limit: 1.5, holds: true });
    assert.equal(exceeded.holds, false);
    assert.deepEqual(told, { name: "only told", value: 1235, unit: "ms", limit: null, holds: true });
  });
});

suite("the exit code", () => {
  const written: (readonly Figure[])[] = [];
  const write = (figures: readonly Figure[]) => written.push(figures);
  const list = [giving("one", held, told), giving("two", exceeded)];

  test("is 1 when a limit does not hold, and 0 when all do", async () => {
    assert.equal(await bench(["--json"], list, write), 1);
    assert.equal(await bench(["--json", "--only", "one"], list, write), 0);
    assert.equal(await bench(["--only", "one", "--only", "two"], list, write), 1);
  });

  test("is 1 when a benchmark fails, and 2 when the question is not understood", async () => {
    const failing: Benchmark = { ...giving("broken"), run: () => Promise.reject(new Error("no engine")) };
    assert.equal(await bench([], [failing], write), 1);
    assert.equal(await bench(["--only", "three"], list, write), 2);
    assert.equal(await bench(["--fast"], list, write), 2);
  });

  test("figures are only written when all are there, and also when a limit does not hold", async () => {
    assert.deepEqual(written, []);
    assert.equal(await bench(["--write", "--only", "one"], list, write), 2);
    assert.equal(await bench(["--write"], list, write), 1);
    assert.deepEqual(written, [[held, told, exceeded]]);
  });
});

suite("what people get", () => {
  test("a table says which limit does not hold", () => {
    const [first, second, third] = formatFigures([held, exceeded, told]).split("\n");
    assert.match(first ?? "", /^quick enough +1\.5 +at most 1\.5 +holds$/);
    assert.match(second ?? "", /12\.3 ms\/resource +at most 10 ms\/resource +EXCEEDED$/);
    assert.match(third ?? "", /^only told +1235 ms$/);
  });

  test("the picture and the page show every figure that has a limit, and mark what exceeds it", () => {
    const part = figure("part of production's preview: loading packages", 400, "ms");
    const svg = chart([held, exceeded, told, part]);
    assert.match(svg, /class="exceeds"/);
    assert.match(svg, /too slow &amp; &lt;too&gt; large/);
    assert.match(svg, /loading packages/);
    assert.match(
      page([held, exceeded, told], "somewhere", "Words."),
      /12\.3 ms\/resource \| at most .*\*\*exceeded\*\*/,
    );
  });

  test("names on the command line are unique, and --help lists them", async () => {
    const names = benchmarks.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    const main = resolve(import.meta.dirname, "../../benchmarks/main.ts");
    const { stdout } = await execa(process.execPath, [main, "--help"]);
    for (const name of names) assert.match(stdout, new RegExp(`^  ${name} `, "m"));
  });
});
