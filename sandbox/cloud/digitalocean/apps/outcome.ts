import { z } from "zod";
import type { Cloud } from "../../core/cloud.ts";
import { conflict, orNotFound } from "../../core/errors.ts";
import { parseBody } from "../../core/validation.ts";
import { isFinished, settleDeployments } from "./deployments.ts";

/** What came of a deployment's containers: whoever runs them tells it. */
export const DeploymentOutcome = z.discriminatedUnion("healthy", [
  z.strictObject({ healthy: z.literal(true) }),
  z.strictObject({
    healthy: z.literal(false),
    /** Word by which the vendor's clients know the reason. */
    code: z.string(),
    /** For people. Nothing that an app has printed. */
    message: z.string(),
  }),
]);

export type DeploymentOutcome = z.output<typeof DeploymentOutcome>;

/** Takes what came of a deployment. The first word on it stays. */
export function takeOutcome(cloud: Cloud, id: string, body: unknown): void {
  const deployment = orNotFound(cloud.state.deployments.get(id), "deployment not found");
  const outcome = parseBody(DeploymentOutcome, body);
  if (isFinished(deployment)) throw conflict(`the deployment is over: ${deployment.phase}`);
  if (deployment.outcome === undefined) cloud.state.deployments.put({ ...deployment, outcome });
  settleDeployments(cloud);
}
