import type { FastifyPluginAsync } from "fastify";
import { z } from "zod";
import type { CloudOptions } from "../../core/cloud.ts";
import { badRequest, orNotFound } from "../../core/errors.ts";
import { paginate } from "../../core/paging.ts";
import { timestamp } from "../../core/time.ts";
import { parseBody } from "../../core/validation.ts";
import { findApp, refuseWhilePinned } from "./apps.ts";
import { deploymentsOf, deploymentView, isFinished, startDeployment } from "./deployments.ts";

const Create = z.strictObject({
  force_build: z.boolean().optional(),
  component_names: z.array(z.string()).optional(),
});

/** The deployments of an app. */
export const deployments: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  type ById = { Params: { id: string } };
  type ByDeployment = { Params: { id: string; deployment: string } };
  const find = ({ id, deployment }: ByDeployment["Params"]) => {
    const found = cloud.state.deployments.get(deployment);
    return orNotFound(found?.app_id === findApp(cloud, id).id ? found : undefined, "deployment not found");
  };

  app.get<ById>("/apps/:id/deployments", async (request) => {
    const page = paginate(deploymentsOf(cloud, findApp(cloud, request.params.id)), request, cloud.apiUrl);
    return { deployments: page.items.map(deploymentView), links: page.links, meta: page.meta };
  });
  app.post<ById>("/apps/:id/deployments", async (request) => {
    const owner = findApp(cloud, request.params.id);
    parseBody(Create, request.body);
    refuseWhilePinned(owner);
    const deployment = startDeployment(cloud, request, owner, { spec: owner.spec, cause: "manual" });
    return { deployment: deploymentView(deployment) };
  });
  app.get<ByDeployment>("/apps/:id/deployments/:deployment", async (request) => {
    return { deployment: deploymentView(find(request.params)) };
  });
  app.post<ByDeployment>("/apps/:id/deployments/:deployment/cancel", async (request) => {
    const deployment = find(request.params);
    if (isFinished(deployment)) throw badRequest("the deployment is finished and cannot be cancelled");
    const canceled = { ...deployment, phase: "CANCELED" as const, phase_last_updated_at: timestamp() };
    return { deployment: deploymentView(cloud.state.deployments.put(canceled)) };
  });
};
