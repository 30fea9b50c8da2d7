import { TestSandbox } from "../../tests/support/sandbox.ts";
import { type Benchmark, figure } from "../benchmark.ts";
import { alternate, median } from "../statistics.ts";

const rounds = 3;

/** Starting the sandbox: from nothing but the tools in the cache, and again when all is there. */
export const start: Benchmark = {
  name: "start",
  description: "./scripts/sandbox up prod with nothing there (tools cached), and once more",
  run: async (report) => {
    let sandbox = new TestSandbox();
    const up = async () => {
      const began = performance.now();
      await sandbox.run("up", "prod");
      return (performance.now() - began) / 1000;
    };
    try {
      const times = await alternate(["cold", "warm"] as const, rounds, async (kind, round) => {
        report(`${kind}, round ${round} of ${rounds}`);
        if (kind === "cold") {
          await sandbox.remove();
          sandbox = new TestSandbox();
        }
        return up();
      });
      return [
        // What a person waits for without turning to something else, on the slowest machine this is meant for.
        figure("sandbox up, cold", median(times.get("cold") ?? []), "s", 30),
        figure("sandbox up, warm", median(times.get("warm") ?? []), "s", 10),
      ];
    } finally {
      await sandbox.remove();
    }
  },
};
