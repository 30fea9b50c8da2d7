import { Failure } from "../failure.ts";
import { runEngine } from "../stack/engine.ts";

/**
 * What `pulumi preview --json` prints of an environment, also where the preview fails: `readPreview` has the reasons.
 *
 * @throws Failure in the engine's words when there is none
 */
export async function askPreview(environment: string): Promise<string> {
  const { stdout, reason } = await runEngine(["preview", "--json", "--stack", environment]);
  if (stdout.trim() === "") throw new Failure(`there is no preview of ${environment}: ${reason}`);
  return stdout;
}
