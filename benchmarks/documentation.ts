import { readFileSync, writeFileSync } from "node:fs";
import { cpus, platform, totalmem } from "node:os";
import { join } from "node:path";
import { modules, pinnedVersion } from "../sandbox/engine/versions.ts";
import type { Figure } from "./benchmark.ts";
import { chart } from "./chart.ts";
import { allowed, withUnit } from "./report.ts";
import { root } from "./rooms.ts";
import { timelineChart } from "./timeline-chart.ts";

/** Puts measured figures into docs/: a page for people, a picture, and the list for machines. */
export function writeDocumentation(figures: readonly Figure[]): void {
  const docs = join(root, "docs");
  writeFileSync(join(docs, "benchmarks.json"), `${JSON.stringify(figures, null, 2)}\n`);
  writeFileSync(join(docs, "benchmarks.svg"), chart(figures));
  writeFileSync(join(docs, "benchmarks-up.svg"), timelineChart(figures));
  const explained = readFileSync(join(import.meta.dirname, "explanation.md"), "utf8");
  writeFileSync(join(docs, "benchmarks.md"), page(figures, machine(), explained));
}

/** The page: what was measured, on what, and what the words mean. */
export function page(figures: readonly Figure[], measuredOn: string, explained: string): string {
  const rows = figures.map((figure) => {
    const { name, value, unit, limit, holds } = figure;
    const words = limit === null ? "" : `${allowed(figure)}${holds ? "" : ": **broken**"}`;
    // A bar in a name is part of a command, and no end of a cell.
    return `| ${name.replaceAll("|", "\\|")} | ${withUnit(value, unit)} | ${words} |`;
  });
  return [
    "# Benchmarks",
    "",
    "<!-- Made by ./scripts/bench --write; the words below the table are benchmarks/explanation.md. -->",
    "",
    `Measured by \`./scripts/bench --write\` ${measuredOn}.`,
    "",
    "![Figures and limits](benchmarks.svg)",
    "",
    "![The stages of an up with machines](benchmarks-up.svg)",
    "",
    "| figure | measured | limit |",
    "| --- | --- | --- |",
    ...rows,
    "",
    explained,
  ].join("\n");
}

function machine(): string {
  const month = new Date().toLocaleDateString("en", { month: "long", year: "numeric" });
  const cores = cpus();
  const gigabytes = Math.round(totalmem() / 1e9);
  return [
    `in ${month} on ${platform()}, ${cores.length} × ${cores[0]?.model.trim() ?? "unknown processor"}`,
    `${gigabytes} GB of memory, Node ${process.versions.node}`,
    `Pulumi ${pinnedVersion(modules.engine)}, stand-in providers`,
  ].join(", ");
}
