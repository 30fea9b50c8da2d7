import { join } from "node:path";
import { z } from "zod";
import type { DeploymentOutcome } from "../../cloud/digitalocean/apps/outcome.ts";
import { messageOf } from "../../engine/failure.ts";
import { readJson } from "../../engine/files.ts";
import { ImageUnavailable } from "../containers/images.ts";
import { ServerNotReady } from "../server-process.ts";
import { JobFailed } from "./job.ts";

const handover = z.object({ apiUrl: z.string(), token: z.string() });

/** What came of a deployment that did not start, in the vendor's kind of words and without anything an app has printed. */
export function outcomeOf(error: unknown): DeploymentOutcome {
  if (error instanceof JobFailed)
    return { healthy: false, code: "DeployPreDeployJobFailed", message: error.message };
  if (error instanceof ImageUnavailable)
    return { healthy: false, code: "DeployImageUnavailable", message: error.message };
  if (error instanceof ServerNotReady) {
    const code = error.wasLate ? "DeployContainerHealthChecksFailed" : "DeployContainerExitNonZero";
    return { healthy: false, code, message: `${error.server} did not become healthy: ${error.what}` };
  }
  return { healthy: false, code: "UnknownDeployError", message: messageOf(error) };
}

/**
 * Tells the cloud what came of a deployment.
 *
 * @throws Error when the cloud does not take it
 */
export async function tellOutcome(
  cloudFolder: string,
  deployment: string,
  outcome: DeploymentOutcome,
): Promise<void> {
  const { apiUrl, token } = handover.parse(readJson(join(cloudFolder, "cloud.json")));
  const answer = await fetch(`${apiUrl}/_sandbox/deployments/${deployment}/outcome`, {
    method: "PUT",
    headers: { "x-sandbox-token": token, "content-type": "application/json" },
    body: JSON.stringify(outcome),
    signal: AbortSignal.timeout(10_000),
  });
  // One that is over meanwhile needs no outcome any more.
  if (answer.ok || answer.status === 404 || answer.status === 409) return;
  throw new Error(`the cloud answered ${answer.status} to the outcome of deployment ${deployment}`);
}
