import { Failure } from "../../framework/errors.ts";
import type { Operation } from "../../framework/operation.ts";
import { poll } from "../../framework/operation.ts";
import { isFields } from "../../framework/values.ts";
import type { Json, JsonObject } from "../../framework/wire.ts";
import { jsonList, jsonObject, jsonText } from "../../framework/wire.ts";
import type { Api } from "../clients.ts";
import type { AlertDestination } from "./app-spec.ts";

const HALF_AN_HOUR = 30 * 60 * 1000;

/** Waits until the deployment that an answer started is live, and fails with the step that failed. */
export async function awaitDeployment(
  api: Api,
  app: JsonObject,
  deploymentsPerPage: number,
  operation: Operation,
): Promise<void> {
  const id = jsonText(app.id);
  const path = `/v2/apps/${id}/deployments`;
  let deploymentId = jsonText(jsonObject(app.pending_deployment).id);
  await poll(operation, `the deployment of app ${id}`, HALF_AN_HOUR, async () => {
    if (deploymentId === "") {
      const listed = jsonList(
        (await api("GET", `${path}?per_page=${deploymentsPerPage}`, operation)).deployments,
      );
      deploymentId = jsonText(jsonObject(listed[0]).id);
      if (deploymentId === "") return undefined;
    }
    const answer = await api("GET", `${path}/${deploymentId}`, operation);
    return isLive(id, jsonObject(answer.deployment)) ? true : undefined;
  });
}

function isLive(app: string, deployment: JsonObject): boolean {
  const phase = jsonText(deployment.phase);
  if (phase === "ERROR" || phase === "CANCELED") {
    const reasons = failedSteps(jsonList(jsonObject(deployment.progress).steps));
    const why = reasons.length > 0 ? `: ${reasons.join("; ")}` : "";
    // The vendor's reasons are whole sentences, the names of steps are not.
    const said = `Deployment ${jsonText(deployment.id)} of app ${app} ended as ${phase}${why}`;
    throw new Failure(said.endsWith(".") ? said : `${said}.`);
  }
  return phase === "ACTIVE" || phase === "SUPERSEDED";
}

function failedSteps(steps: Json[]): string[] {
  return steps.filter(isFields).flatMap((item) => {
    const step = jsonObject(item as JsonObject);
    const inner = failedSteps(jsonList(step.steps));
    if (inner.length > 0 || step.status !== "ERROR") return inner;
    const reason = jsonText(jsonObject(step.reason).message);
    return [reason ? `${jsonText(step.name)}: ${reason}` : jsonText(step.name)];
  });
}

/** Tells the service who is to hear of the app's alerts, which a spec cannot say. */
export async function setAlertDestinations(
  api: Api,
  app: string,
  wanted: AlertDestination[],
  operation: Operation,
): Promise<void> {
  if (wanted.length === 0) return;
  const alerts = jsonList((await api("GET", `/v2/apps/${app}/alerts`, operation)).alerts).map(jsonObject);
  for (const { rule, component, emails, slackWebhooks } of wanted) {
    const isIt = (alert: JsonObject): boolean =>
      jsonText(jsonObject(alert.spec).rule) === rule && jsonText(alert.component_name) === component;
    for (const alert of alerts.filter(isIt)) {
      const path = `/v2/apps/${app}/alerts/${jsonText(alert.id)}/destinations`;
      await api("POST", path, operation, {
        emails,
        slack_webhooks: slackWebhooks.map((hook): Json => ({ ...hook })),
      });
    }
  }
}
