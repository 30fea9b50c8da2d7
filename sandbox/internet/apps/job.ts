import { Failure } from "../../engine/failure.ts";
import { type ContainerSettings, type ContainerTask, startContainer } from "../containers/container.ts";

/** As long as a job may take here. */
const jobDeadlineMs = 300_000;

/** A job that did not end well, and with it its deployment. */
export class JobFailed extends Failure {}

/**
 * Runs a job to its end.
 *
 * @throws JobFailed when it ends with another status than 0, or takes too long
 */
export async function runJob(
  { name }: { readonly name: string },
  parts: Omit<ContainerTask, "deadlineMs" | "isReady">,
  settings: ContainerSettings,
): Promise<void> {
  // There is nothing to wait for but its end.
  const container = await startContainer(
    { ...parts, deadlineMs: jobDeadlineMs, isReady: async () => true },
    settings,
  );
  const late = setTimeout(() => void container.stop(), jobDeadlineMs);
  const status = await container.ended;
  clearTimeout(late);
  if (status === 0) return;
  throw new JobFailed(
    `the job ${name} ended with ${status === null ? "a signal" : `status ${status}`}`,
    `read ${parts.logFile}`,
  );
}
