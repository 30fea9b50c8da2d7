import assert from "node:assert/strict";
import { resolve } from "node:path";
import { suite, test } from "node:test";
import { execa } from "execa";
import { bench } from "../../benchmarks/bench.ts";
import { atLeast, type Benchmark, type Figure, figure, part } from "../../benchmarks/benchmark.ts";
import { chart } from "../../benchmarks/chart.ts";
import { page } from "../../benchmarks/documentation.ts";
import { benchmarks } from "../../benchmarks/list.ts";
import { formatFigures } from "../../benchmarks/report.ts";
import { timelineChart } from "../../benchmarks/timeline-chart.ts";

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

suite("a figure that must not be too small", () => {
  test("says so, and is held against its limit from the other side", () => {
    const enough = atLeast("quick enough", 0.899, "ratio", 0.9);
    assert.deepEqual(enough, {
      ...{ name: "quick enough", value: 0.9, unit: "ratio", limit: 0.9 },
      ...{ bound: "at least", holds: true },
    });
    const slow = atLeast("too slow", 0.5, "ratio", 0.9);
    assert.equal(slow.holds, false);
    assert.match(formatFigures([slow]), /0\.5 +at least 0\.9 +BROKEN$/);
    assert.match(page([slow], "somewhere", "Words."), /0\.5 \| at least 0\.9: \*\*broken\*\* \|/);
    assert.match(chart([slow]), /class="exceeds"/);
  });

  test("a time of few milliseconds keeps two digits more", () => {
    assert.deepEqual([figure("short", 1.234, "ms").value, figure("long", 12.34, "ms").value], [1.23, 12]);
  });
});

suite("what cannot be measured here", () => {
  const leftOut: Benchmark = {
    ...giving("with machines", exceeded),
    obstacle: async () => "this is a test",
  };

  test("is left out and breaks nothing, but figures are not written without it", async () => {
    const written: (readonly Figure[])[] = [];
    const write = (figures: readonly Figure[]) => written.push(figures);
    assert.equal(await bench([], [giving("one", held), leftOut], write), 0);
    assert.equal(await bench(["--write"], [giving("one", held), leftOut], write), 1);
    assert.deepEqual(written, []);
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
    assert.match(second ?? "", /12\.3 ms\/resource +at most 10 ms\/resource +BROKEN$/);
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
      /12\.3 ms\/resource \| at most .*\*\*broken\*\*/,
    );
  });

  test("stages are drawn as they went: each bar begins when its stage did", () => {
    const svg = timelineChart([part("stage of up: Cloud", 5, 0), part("stage of up: Stack", 5, 5), held]);
    const starts = [...svg.matchAll(/class="part" x="([\d.]+)" .* width="([\d.]+)"/g)].map((found) =>
      Number(found[1]),
    );
    assert.equal(starts.length, 2);
    assert.ok((starts[1] ?? 0) > (starts[0] ?? 0));
    assert.match(svg, />Stack</);
  });

  test("names on the command line are unique, and --help lists them", async () => {
    const names = benchmarks.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    const main = resolve(import.meta.dirname, "../../benchmarks/main.ts");
    const { stdout } = await execa(process.execPath, [main, "--help"]);
    for (const name of names) assert.match(stdout, new RegExp(`^  ${name} `, "m"));
  });
});
