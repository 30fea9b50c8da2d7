import type { FastifyRequest } from "fastify";
import { type Cloud, faultTarget } from "../../core/cloud.ts";
import { randomLetters, uuid } from "../../core/identifiers.ts";
import { timestamp } from "../../core/time.ts";
import type { AppRecord, Deployment, Phase } from "./records.ts";
import { type AppSpec, allComponents } from "./spec.ts";

/** The part of a deployment's time after which each phase begins. */
const PHASES: [Phase, number][] = [
  ["PENDING_BUILD", 0],
  ["BUILDING", 0.1],
  ["PENDING_DEPLOY", 0.5],
  ["DEPLOYING", 0.6],
];

/** As long as a deployment's containers may take until somebody knows what has come of them. */
const CONTAINERS_MS = 10 * 60_000;

const FINISHED: Phase[] = ["ACTIVE", "SUPERSEDED", "ERROR", "CANCELED"];

export const isFinished = (deployment: Deployment) => FINISHED.includes(deployment.phase);

/** The app's deployments, the latest first. */
export function deploymentsOf(cloud: Cloud, app: AppRecord): Deployment[] {
  return cloud.state.deployments.filter((deployment) => deployment.app_id === app.id).reverse();
}

/** Starts deploying a spec. One that is still under way gives way to it. */
export function startDeployment(
  cloud: Cloud,
  request: FastifyRequest,
  app: AppRecord,
  wanted: { spec: AppSpec; cause: string; cloned_from?: string },
): Deployment {
  const { deployments } = cloud.state;
  for (const earlier of deployments.filter((one) => one.app_id === app.id && !isFinished(one))) {
    deployments.put({ ...earlier, phase: "CANCELED", phase_last_updated_at: timestamp() });
  }
  return deployments.put({
    id: uuid(),
    app_id: app.id,
    cloned_from: "",
    ...wanted,
    phase: "PENDING_BUILD",
    phase_last_updated_at: timestamp(),
    created_at: timestamp(),
    began_at: Date.now(),
    duration: cloud.delays.deploymentMs,
    fails: cloud.faults.take("deployment-fails", faultTarget(request)) !== undefined,
    previous_deployment_id: app.active_deployment_id ?? "",
  });
}

/** Moves every deployment to the phase that its time has brought, and its containers where somebody runs them. */
export function settleDeployments(cloud: Cloud): void {
  for (const deployment of cloud.state.deployments.filter((one) => !isFinished(one))) {
    const part = (Date.now() - deployment.began_at) / deployment.duration;
    const phase = part >= 1 ? lastPhase(cloud, deployment) : phaseAt(part);
    if (phase === deployment.phase) continue;
    cloud.state.deployments.put({ ...deployment, phase, phase_last_updated_at: timestamp() });
    if (phase === "ACTIVE") goLive(cloud, deployment);
  }
}

/** The phase when its time is over. A deployment whose containers nobody speaks of is given up in the end. */
function lastPhase({ runsApps }: Cloud, { fails, outcome, began_at, duration }: Deployment): Phase {
  if (fails) return "ERROR";
  if (!runsApps) return "ACTIVE";
  if (outcome !== undefined) return outcome.healthy ? "ACTIVE" : "ERROR";
  return Date.now() - began_at - duration < CONTAINERS_MS ? "DEPLOYING" : "ERROR";
}

function phaseAt(part: number): Phase {
  return PHASES.findLast(([, from]) => part >= from)?.[0] ?? "PENDING_BUILD";
}

function goLive(cloud: Cloud, deployment: Deployment): void {
  const { apps, deployments } = cloud.state;
  const app = apps.get(deployment.app_id);
  if (!app) return;
  const before = app.active_deployment_id === null ? undefined : deployments.get(app.active_deployment_id);
  if (before) deployments.put({ ...before, phase: "SUPERSEDED", phase_last_updated_at: timestamp() });
  const hasFront = (app.spec.services ?? []).length + (app.spec.static_sites ?? []).length > 0;
  const ingress_host =
    app.ingress_host ?? (hasFront ? `${app.spec.name}-${randomLetters(5)}.ondigitalocean.app` : null);
  apps.put({ ...app, active_deployment_id: deployment.id, ingress_host, updated_at: timestamp() });
}

type StepStatus = "PENDING" | "RUNNING" | "SUCCESS" | "ERROR";

/** The two big steps of a deployment, by its phase. Clients wait until every step is a success. */
const STEPS: Record<Phase, [build: StepStatus, deploy: StepStatus]> = {
  PENDING_BUILD: ["PENDING", "PENDING"],
  BUILDING: ["RUNNING", "PENDING"],
  PENDING_DEPLOY: ["SUCCESS", "PENDING"],
  DEPLOYING: ["SUCCESS", "RUNNING"],
  ACTIVE: ["SUCCESS", "SUCCESS"],
  SUPERSEDED: ["SUCCESS", "SUCCESS"],
  ERROR: ["SUCCESS", "ERROR"],
  CANCELED: ["ERROR", "PENDING"],
};

const CANCELED = { code: "DeploymentCanceled", message: "The deployment was cancelled." };
const UNHEALTHY = {
  code: "DeployContainerHealthChecksFailed",
  message: "Your deploy failed because a component did not become healthy.",
};

/** Why it ended in an error: what its containers did, or what a test has ordered. */
function reasonOf({ outcome }: Deployment): { code: string; message: string } {
  return outcome?.healthy === false ? { code: outcome.code, message: outcome.message } : UNHEALTHY;
}

function progress(deployment: Deployment) {
  const statuses = STEPS[deployment.phase];
  const reason = deployment.phase === "CANCELED" ? CANCELED : reasonOf(deployment);
  const steps = ["build", "deploy"].map((name, index) => ({
    name,
    status: statuses[index],
    started_at: deployment.created_at,
    ...(statuses[index] === "SUCCESS" ? { ended_at: deployment.phase_last_updated_at } : {}),
    ...(statuses[index] === "ERROR" ? { ended_at: deployment.phase_last_updated_at, reason } : {}),
  }));
  const count = (status: StepStatus) => statuses.filter((one) => one === status).length;
  return {
    pending_steps: count("PENDING"),
    running_steps: count("RUNNING"),
    success_steps: count("SUCCESS"),
    error_steps: count("ERROR"),
    total_steps: steps.length,
    steps,
    summary_steps: steps,
  };
}

/** A deployment as the API shows it. */
export function deploymentView(deployment: Deployment) {
  const { app_id: _, began_at: __, duration: ___, fails: ____, outcome: _____, ...view } = deployment;
  const named = (components: { name: string }[] | undefined) =>
    (components ?? []).map(({ name }) => ({ name }));
  return {
    ...view,
    services: named(deployment.spec.services),
    workers: named(deployment.spec.workers),
    jobs: named(deployment.spec.jobs),
    static_sites: named(deployment.spec.static_sites),
    updated_at: deployment.phase_last_updated_at,
    progress: progress(deployment),
    tier_slug: "basic",
    timing: { components: allComponents(deployment.spec).map(({ name }) => ({ name })) },
  };
}
