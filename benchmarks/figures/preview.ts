import { join } from "node:path";
import { TestSandbox } from "../../tests/support/sandbox.ts";
import { type Benchmark, type Figure, figure } from "../benchmark.ts";
import { timeEngine } from "../engine-run.ts";
import { probeEngine } from "../probe/marks.ts";
import { type Parts, partsOf } from "../probe/parts.ts";
import { openEmptyRoom, openRoom, type Room } from "../rooms.ts";
import { alternate, median } from "../statistics.ts";

const rounds = 7;
const probedRounds = 3;
const words = ["preview", "--expect-no-changes"];

/** What `pulumi new typescript` begins with, and nothing after it. */
const emptyProgram = 'import * as pulumi from "@pulumi/pulumi";\n\nvoid pulumi;\n';
const blankProgram = "export {};\n";

/** A preview of production that finds nothing to change, against one of a program that declares nothing. */
export const preview: Benchmark = {
  name: "preview",
  description: "a preview of production without changes, against one of an empty program",
  run: async (report) => {
    const sandbox = new TestSandbox();
    try {
      report("bringing production up");
      await sandbox.run("up", "prod");
      const prod = await openRoom(sandbox, "prod");
      const judged = await openRoom(sandbox, "prod", true);
      const empty = await openEmptyRoom(sandbox, "empty", emptyProgram);
      const blank = await openEmptyRoom(sandbox, "blank", blankProgram);
      const times = await alternate(
        [prod, judged, empty, blank],
        rounds,
        async ({ shell, surroundings }, round) => {
          report(`round ${round} of ${rounds}`);
          return (await timeEngine(shell, surroundings, ...words)).milliseconds;
        },
      );
      const timeOf = (room: Room) => median(times.get(room) ?? []);
      return [
        figure("preview of production, no changes", timeOf(prod), "ms"),
        figure("preview of production with the policy pack", timeOf(judged), "ms"),
        figure("preview of an empty program", timeOf(empty), "ms"),
        figure("preview of a blank file, not even the SDK", timeOf(blank), "ms"),
        figure("preview: production / empty program", timeOf(prod) / timeOf(empty), "ratio", 2),
        figure("preview: production / blank file", timeOf(prod) / timeOf(blank), "ratio"),
        ...(await breakdown(sandbox, prod, empty, report)),
      ];
    } finally {
      await sandbox.remove();
    }
  },
};

/** Runs of their own: the probe takes time too. */
async function breakdown(
  sandbox: TestSandbox,
  prod: Room,
  empty: Room,
  report: (line: string) => void,
): Promise<Figure[]> {
  const file = join(sandbox.folder, "probe.jsonl");
  const parts = await alternate([prod, empty], probedRounds, async (room, round) => {
    report(`taking it apart, round ${round} of ${probedRounds}`);
    const { marks, startedAt, endedAt } = await probeEngine(room, file, ...words);
    return partsOf(marks, startedAt, endedAt);
  });
  const rows = (room: Room, title: string) => {
    const measured = parts.get(room) ?? [];
    const names = Object.keys(measured[0] ?? {}) as (keyof Parts)[];
    return names.map((name) => figure(`${title}: ${name}`, median(measured.map((run) => run[name])), "ms"));
  };
  return [
    ...rows(prod, "part of production's preview"),
    ...rows(empty, "part of the empty program's preview"),
  ];
}
