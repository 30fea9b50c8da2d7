import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { processRuns } from "../../operations/state/process-runs.ts";
import { waitFor } from "../support/wait-for.ts";

test("a process runs until it has ended, whether or not its parent has noted that", {
  skip: process.platform === "linux" ? false : "only Linux tells the one from the other",
}, async (context) => {
  // `sleep` notes nobody's end: what the shell has begun before it became `sleep` stays in the table of processes.
  const script = "sh -c 'read -r _' <&3 & echo $!; exec sleep 600";
  const parent = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "inherit", "pipe"] });
  context.after(() => parent.kill("SIGKILL"));
  const [printed] = (await parent.stdout?.take(1).toArray()) ?? [];
  const child = Number(String(printed));
  assert.equal(processRuns(child), true);
  (parent.stdio[3] as unknown as { end(): void }).end();
  await waitFor(() => !processRuns(child), "the child to be taken for ended");
  assert.equal(process.kill(child, 0), true, "it was still to be in the table");
});
