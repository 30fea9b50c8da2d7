import { Failure } from "../engine/failure.ts";
import type { StageRunner } from "../engine/prepare.ts";
import type { Sandbox } from "../engine/sandbox.ts";

/** A service that does not answer as it should. */
export interface Unwell {
  readonly name: string;
  readonly reason: string;
}

/** How long services have after an `up` until they are well, the first certificate included. */
const healthDeadlineMs = 180_000;

/** Asks every service as its users do, until all are well or the time is over; returns those that are not. */
export async function waitForHealth(
  sandbox: Sandbox,
  environment: string,
  runStages: StageRunner,
): Promise<Unwell[]> {
  const questions = sandbox.project.healthQuestions(environment, sandbox.state);
  let unwell: Unwell[] = [];
  await runStages([
    {
      title: "Health, by name and with verified TLS",
      run: async (report) => {
        report("asking");
        const answers = await sandbox.simulation.world.ask(sandbox, questions, healthDeadlineMs);
        unwell = questions.flatMap(({ name }) => {
          const answer = answers[name];
          return answer?.healthy ? [] : [{ name, reason: answer?.reason ?? "it was not asked" }];
        });
        return `${questions.length - unwell.length} of ${questions.length} services are healthy`;
      },
    },
  ]);
  return unwell;
}

/** Fails when any service is not well, naming each with its reason. */
export function requireHealth(environment: string, unwell: readonly Unwell[]): void {
  if (unwell.length === 0) return;
  const lines = unwell.map(({ name, reason }) => `${name}: ${reason}`);
  throw new Failure(
    `${environment} is up, but not healthy\n${lines.join("\n")}`,
    "./scripts/sandbox ssh erp systemctl --failed, then sudo journalctl -u SERVICE there; ./scripts/sandbox status asks again",
  );
}
