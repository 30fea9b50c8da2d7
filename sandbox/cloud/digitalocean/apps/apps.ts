import type { FastifyPluginAsync, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Cloud, CloudOptions } from "../../core/cloud.ts";
import { conflict, invalidArgument, orNotFound } from "../../core/errors.ts";
import { uuid } from "../../core/identifiers.ts";
import { paginate } from "../../core/paging.ts";
import { timestamp } from "../../core/time.ts";
import { list, parseBody } from "../../core/validation.ts";
import { accountOf } from "../account.ts";
import { defaultProject, forgetInProjects, putInProject } from "../project-assignments.ts";
import { SlackRequest, sealSlack } from "../slack.ts";
import { alertsOf, alertView } from "./alerts.ts";
import { appRegionView } from "./catalogue-routes.ts";
import { deploymentsOf, deploymentView, startDeployment } from "./deployments.ts";
import type { AppRecord, Phase } from "./records.ts";
import { encryptSecrets } from "./secrets.ts";
import { AppSpec } from "./spec.ts";
import { checkSpec, withDefaults } from "./spec-rules.ts";

const Create = z.strictObject({ spec: AppSpec, project_id: z.string().optional() });
const Update = z.strictObject({ spec: AppSpec, update_all_source_versions: z.boolean().optional() });
const Destinations = z.strictObject({ emails: list(z.email()), slack_webhooks: list(SlackRequest) });

const NOT_FOUND = "app not found";

/** The app of that id, or the vendor's 404. */
export const findApp = (cloud: Cloud, id: string): AppRecord =>
  orNotFound(cloud.state.apps.get(id), NOT_FOUND);

/** An app that a rollback pinned takes no new deployment. */
export function refuseWhilePinned(app: AppRecord): void {
  if (app.pinned_deployment_id === null) return;
  throw conflict(
    `app_pinned: the app is pinned to deployment ${app.pinned_deployment_id} by a rollback; commit or revert the rollback first`,
  );
}

function create(cloud: Cloud, request: FastifyRequest): AppRecord {
  const body = parseBody(Create, request.body);
  const project_id = body.project_id ?? defaultProject(cloud).id;
  if (!cloud.state.projects.get(project_id)) throw invalidArgument("project_id: project not found");
  checkSpec(cloud, body.spec);
  const id = uuid();
  const spec = encryptSecrets(cloud, withDefaults(body.spec), id);
  const app = cloud.state.apps.put({
    id,
    spec,
    project_id,
    created_at: timestamp(),
    updated_at: timestamp(),
    ingress_host: null,
    active_deployment_id: null,
    pinned_deployment_id: null,
    spec_before_rollback: null,
    alerts: alertsOf(cloud, spec, []),
  });
  putInProject(cloud, `do:app:${id}`, project_id);
  startDeployment(cloud, request, app, { spec, cause: "initial deployment" });
  return app;
}

function update(cloud: Cloud, request: FastifyRequest, app: AppRecord): AppRecord {
  const body = parseBody(Update, request.body);
  refuseWhilePinned(app);
  checkSpec(cloud, body.spec, app.id);
  const spec = encryptSecrets(cloud, withDefaults(body.spec), app.id);
  const alerts = alertsOf(cloud, spec, app.alerts);
  const updated = cloud.state.apps.put({ ...app, spec, alerts, updated_at: timestamp() });
  startDeployment(cloud, request, updated, { spec, cause: "app spec updated" });
  return updated;
}

const PENDING: Phase[] = ["PENDING_BUILD", "PENDING_DEPLOY"];
const IN_PROGRESS: Phase[] = ["BUILDING", "DEPLOYING"];

/** An app as the API shows it. */
export function appView(cloud: Cloud, app: AppRecord) {
  const deployments = deploymentsOf(cloud, app);
  const shown = (name: string, wanted: (deployment: (typeof deployments)[number]) => boolean) => {
    const deployment = deployments.find(wanted);
    return deployment ? { [name]: deploymentView(deployment) } : {};
  };
  const active = deployments.find((one) => one.id === app.active_deployment_id);
  const last = deployments[0];
  return {
    id: app.id,
    owner_uuid: accountOf(cloud).uuid,
    spec: app.spec,
    ...(active ? { last_deployment_active_at: active.phase_last_updated_at } : {}),
    ...(last ? { last_deployment_created_at: last.created_at } : {}),
    ...addresses(app),
    created_at: app.created_at,
    updated_at: app.updated_at,
    ...shown("active_deployment", (one) => one.id === app.active_deployment_id),
    ...shown("pending_deployment", (one) => PENDING.includes(one.phase)),
    ...shown("in_progress_deployment", (one) => IN_PROGRESS.includes(one.phase)),
    ...shown("pinned_deployment", (one) => one.id === app.pinned_deployment_id),
    region: appRegionView(app.spec.region ?? ""),
    tier_slug: "basic",
    domains: (app.spec.domains ?? []).map((spec) => ({ spec, phase: active ? "ACTIVE" : "PENDING" })),
    project_id: cloud.state.projectAssignments.get(`do:app:${app.id}`)?.project_id ?? app.project_id,
  };
}

/** Where the app answers, once it is live. */
function addresses(app: AppRecord) {
  if (app.ingress_host === null) return {};
  const live_domain =
    app.spec.domains?.find((domain) => domain.type === "PRIMARY")?.domain ?? app.ingress_host;
  const live_url = `https://${live_domain}`;
  return { default_ingress: `https://${app.ingress_host}`, live_url, live_url_base: live_url, live_domain };
}

/**
 * App Platform apps. Nothing is built here, and nothing run: deployments go through their phases, the last of them when
 * whoever runs the containers says what came of it.
 */
export const apps: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { apps, deployments } = cloud.state;
  type ById = { Params: { id: string } };
  type ByAlert = { Params: { id: string; alert: string } };

  app.get("/apps", async (request) => {
    const page = paginate(apps.all(), request, cloud.apiUrl);
    return { apps: page.items.map((one) => appView(cloud, one)), links: page.links, meta: page.meta };
  });
  // The vendor answers 200 here, not 201.
  app.post("/apps", async (request) => ({ app: appView(cloud, create(cloud, request)) }));
  app.get<ById>("/apps/:id", async (request) => ({ app: appView(cloud, findApp(cloud, request.params.id)) }));
  app.put<ById>("/apps/:id", async (request) => {
    return { app: appView(cloud, update(cloud, request, findApp(cloud, request.params.id))) };
  });
  app.delete<ById>("/apps/:id", async (request) => {
    const { id } = findApp(cloud, request.params.id);
    for (const deployment of deployments.filter((one) => one.app_id === id))
      deployments.delete(deployment.id);
    forgetInProjects(cloud, `do:app:${id}`);
    apps.delete(id);
    return { id };
  });

  app.get<ById>("/apps/:id/alerts", async (request) => {
    const { alerts } = findApp(cloud, request.params.id);
    return { alerts: alerts.map((alert) => alertView(cloud, alert)) };
  });
  app.post<ByAlert>("/apps/:id/alerts/:alert/destinations", async (request) => {
    const owner = findApp(cloud, request.params.id);
    const alert = orNotFound(owner.alerts.find((one) => one.id === request.params.alert));
    const { emails, slack_webhooks } = parseBody(Destinations, request.body);
    const changed = { ...alert, emails, slack_webhooks: sealSlack(cloud, slack_webhooks) };
    apps.put({ ...owner, alerts: owner.alerts.map((one) => (one.id === alert.id ? changed : one)) });
    return { alert: alertView(cloud, changed) };
  });
};
