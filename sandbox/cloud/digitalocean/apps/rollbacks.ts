import type { FastifyPluginAsync } from "fastify";
import { z } from "zod";
import type { Cloud, CloudOptions } from "../../core/cloud.ts";
import { badRequest, invalidArgument, orNotFound } from "../../core/errors.ts";
import { timestamp } from "../../core/time.ts";
import { parseBody } from "../../core/validation.ts";
import { alertsOf } from "./alerts.ts";
import { findApp } from "./apps.ts";
import { deploymentView, startDeployment } from "./deployments.ts";
import type { AppRecord, Deployment } from "./records.ts";

const Rollback = z.strictObject({ deployment_id: z.string(), skip_pin: z.boolean().default(false) });

type Condition = { code: string; message: string; components?: string[] };

/** Why the app cannot go back to this deployment, if it cannot. */
function obstacle(app: AppRecord, target: Deployment): Condition | undefined {
  if (app.pinned_deployment_id !== null) {
    return { code: "app_pinned", message: "there is already a rollback in progress and the app is pinned" };
  }
  if (target.phase !== "ACTIVE" && target.phase !== "SUPERSEDED") {
    return {
      code: "incompatible_phase",
      message: `a deployment in phase ${target.phase} cannot be rolled back to`,
    };
  }
  if (target.id === app.active_deployment_id) {
    return { code: "incompatible_phase", message: "the deployment is the active one" };
  }
  if (target.spec.region !== app.spec.region) {
    return { code: "region_conflict", message: "the deployment's region differs from that of the app" };
  }
  return undefined;
}

/** What will not go as smoothly as the deployment itself did. */
function warnings(target: Deployment): Condition[] {
  const rebuilt = (target.spec.static_sites ?? []).map((site) => site.name);
  const loose = (target.spec.services ?? [])
    .filter((one) => one.image && !one.image.digest)
    .map((one) => one.name);
  const found: Condition[] = [];
  if (rebuilt.length > 0) {
    const message = "static sites will be rebuilt";
    found.push({ code: "static_site_requires_rebuild", message, components: rebuilt });
  }
  if (loose.length > 0) {
    const message = "images without a digest may have changed since";
    found.push({ code: "image_source_missing_digest", message, components: loose });
  }
  return found;
}

/** Going back to an earlier deployment, which pins the app until the rollback is committed or reverted. */
export const rollbacks: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  type ById = { Params: { id: string } };
  const target = (owner: AppRecord, id: string) => {
    const found = cloud.state.deployments.get(id);
    return orNotFound(found?.app_id === owner.id ? found : undefined, "deployment not found");
  };

  app.post<ById>("/apps/:id/rollback/validate", async (request) => {
    const owner = findApp(cloud, request.params.id);
    const deployment = target(owner, parseBody(Rollback, request.body).deployment_id);
    const error = obstacle(owner, deployment);
    return { valid: error === undefined, ...(error ? { error } : {}), warnings: warnings(deployment) };
  });
  app.post<ById>("/apps/:id/rollback", async (request) => {
    const owner = findApp(cloud, request.params.id);
    const { deployment_id, skip_pin } = parseBody(Rollback, request.body);
    const { id, spec } = target(owner, deployment_id);
    const error = obstacle(owner, target(owner, id));
    if (error) throw invalidArgument(`${error.code}: ${error.message}`);
    const wanted = { spec, cause: `rollback to ${id}`, cloned_from: id };
    const deployment = startDeployment(cloud, request, owner, wanted);
    cloud.state.apps.put({
      ...withSpec(cloud, owner, spec),
      pinned_deployment_id: skip_pin ? null : deployment.id,
      spec_before_rollback: skip_pin ? null : owner.spec,
    });
    return { deployment: deploymentView(deployment) };
  });
  app.post<ById>("/apps/:id/rollback/commit", async (request) => {
    cloud.state.apps.put(unpinned(findApp(cloud, request.params.id)));
    return {};
  });
  app.post<ById>("/apps/:id/rollback/revert", async (request) => {
    const owner = findApp(cloud, request.params.id);
    const spec = owner.spec_before_rollback ?? owner.spec;
    const restored = cloud.state.apps.put(withSpec(cloud, unpinned(owner), spec));
    const deployment = startDeployment(cloud, request, restored, { spec, cause: "revert of a rollback" });
    return { deployment: deploymentView(deployment) };
  });
};

function withSpec(cloud: Cloud, app: AppRecord, spec: AppRecord["spec"]): AppRecord {
  return { ...app, spec, alerts: alertsOf(cloud, spec, app.alerts), updated_at: timestamp() };
}

function unpinned(app: AppRecord): AppRecord {
  if (app.pinned_deployment_id === null) throw badRequest("the app is not pinned by a rollback");
  return { ...app, pinned_deployment_id: null, spec_before_rollback: null, updated_at: timestamp() };
}
