import { TestSandbox } from "../../tests/support/sandbox.ts";
import { apiSteps, type LoggedRequest, type StateResource } from "../api-time.ts";
import { type Benchmark, figure } from "../benchmark.ts";
import { type CriticalPath, criticalPath } from "../critical-path.ts";
import { timeEngine } from "../engine-run.ts";
import { openRoom } from "../rooms.ts";
import { median } from "../statistics.ts";

const rounds = 3;

/** A third of what the vendor takes, or less: long beside a run's own work, short enough to wait for. */
const latencies = { request: 100, droplet: 10_000, action: 2_000, deployment: 20_000 };

/** Bringing staging up from nothing, against the time it could not go below however fast everything else were. */
export const up: Benchmark = {
  name: "up",
  description: "up of staging from nothing, against the critical path of the API's own latencies",
  run: async (report) => {
    const runs: { seconds: number; path: CriticalPath; resources: number }[] = [];
    for (let round = 1; round <= rounds; round += 1)
      runs.push(await runOnce((line) => report(`${line}, round ${round} of ${rounds}`)));
    const seconds = median(runs.map((run) => run.seconds));
    const path = median(runs.map((run) => run.path.milliseconds / 1000));
    return [
      figure("up of staging from nothing", seconds, "s"),
      figure("critical path of the API's latencies", path, "s"),
      figure("up / critical path", seconds / path, "ratio", 1.3),
      figure("resources on the critical path", runs[0]?.path.steps.length ?? 0, "resources"),
      figure("resources of staging", runs[0]?.resources ?? 0, "resources"),
    ];
  },
};

async function runOnce(report: (line: string) => void) {
  const sandbox = new TestSandbox();
  try {
    report("starting a slow cloud");
    const restore = slowDown();
    const room = await openRoom(sandbox, "staging").finally(restore);
    for (const server of ["api", "spaces"]) await delayRequests(sandbox, server);
    report("bringing staging up");
    const { milliseconds } = await timeEngine(room.shell, room.surroundings, "up", "--yes", "--skip-preview");
    const { stdout } = await room.shell.run(room.surroundings, "stack", "export");
    const { deployment } = JSON.parse(stdout) as { deployment: { resources: StateResource[] } };
    const log = (await sandbox.requests()) as unknown as LoggedRequest[];
    const path = criticalPath(apiSteps(deployment.resources, log, latencies));
    return { seconds: milliseconds / 1000, path, resources: deployment.resources.length };
  } finally {
    await sandbox.remove();
  }
}

/** Sets the latencies of the cloud that is started next; the cloud reads them from its environment. */
function slowDown(): () => void {
  const wanted = {
    SANDBOX_DROPLET_MS: latencies.droplet,
    SANDBOX_ACTION_MS: latencies.action,
    SANDBOX_DEPLOYMENT_MS: latencies.deployment,
  };
  for (const [name, value] of Object.entries(wanted)) process.env[name] = String(value);
  return () => {
    for (const name of Object.keys(wanted)) delete process.env[name];
  };
}

async function delayRequests(sandbox: TestSandbox, server: string): Promise<void> {
  const { apiUrl, token } = sandbox.cloud();
  const answer = await fetch(`${apiUrl}/_sandbox/faults`, {
    method: "POST",
    headers: { "x-sandbox-token": token, "content-type": "application/json" },
    body: JSON.stringify({ kind: "delay", delayMs: latencies.request, match: { server } }),
  });
  if (!answer.ok) throw new Error(`the cloud takes no delay: ${answer.status} ${await answer.text()}`);
}
