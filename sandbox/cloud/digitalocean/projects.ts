import type { FastifyPluginAsync } from "fastify";
import { z } from "zod";
import type { Cloud, CloudOptions } from "../core/cloud.ts";
import { badRequest, conflict, orNotFound, preconditionFailed } from "../core/errors.ts";
import { uuid } from "../core/identifiers.ts";
import { paginate } from "../core/paging.ts";
import { timestamp } from "../core/time.ts";
import { list, parseBody, text } from "../core/validation.ts";
import { defaultProject, putInProject } from "./project-assignments.ts";
import type { Project } from "./records.ts";

const ENVIRONMENTS = ["Development", "Staging", "Production"];
const Environment = text().transform((given, context) => {
  const known = ENVIRONMENTS.find((word) => word.toLowerCase() === given.toLowerCase());
  if (known === undefined && given !== "") {
    context.addIssue({ code: "custom", message: "must be Development, Staging or Production" });
  }
  return known ?? "";
});
const Create = z.strictObject({
  name: z.string().min(1).max(175),
  description: text().pipe(z.string().max(255)),
  purpose: z.string().min(1).max(255),
  environment: Environment,
});
// The vendor's Go client sends null for what is not to change.
const Update = z.strictObject({
  name: z.string().min(1).max(175).nullish(),
  description: z.string().max(255).nullish(),
  purpose: z.string().min(1).max(255).nullish(),
  environment: Environment.nullish(),
  is_default: z.boolean().nullish(),
});
const Assign = z.strictObject({ resources: list(z.string()) });

const view = (cloud: Cloud, project: Project) => {
  const { uuid: owner } = cloud.state.account.get("account") ?? { uuid: "" };
  return { ...project, owner_uuid: owner, owner_id: 1 };
};

function refuseName(cloud: Cloud, name: string, except?: string): void {
  if (cloud.state.projects.find((project) => project.name === name && project.id !== except)) {
    throw conflict("name is already in use");
  }
}

function change(cloud: Cloud, project: Project, body: z.output<typeof Update>): Project {
  const { projects } = cloud.state;
  refuseName(cloud, body.name ?? project.name, project.id);
  if (body.is_default) projects.put({ ...defaultProject(cloud), is_default: false });
  const changed = {
    ...project,
    name: body.name ?? project.name,
    description: body.description ?? project.description,
    purpose: body.purpose ?? project.purpose,
    environment: body.environment ?? project.environment,
    is_default: body.is_default || project.is_default,
    updated_at: timestamp(),
  };
  return projects.put(changed);
}

/** Whether a thing exists that a project can hold. */
function exists(cloud: Cloud, urn: string): boolean {
  const { droplets, domains, volumes, reservedIps, apps, buckets } = cloud.state;
  const [, type, id = ""] = /^do:([a-z]+):(.+)$/.exec(urn) ?? [];
  switch (type) {
    case "droplet":
      return droplets.get(id) !== undefined;
    case "domain":
      return domains.get(id) !== undefined;
    case "volume":
      return volumes.get(id) !== undefined;
    case "reservedip":
    case "floatingip":
      return reservedIps.get(id) !== undefined;
    case "app":
      return apps.get(id) !== undefined;
    case "space":
      return buckets.get(id) !== undefined;
    default:
      throw badRequest(`resource types not supported: ${urn}`);
  }
}

/** The vendor knows reserved addresses by both names; one is kept. */
const canonical = (urn: string) => urn.replace(/^do:floatingip:/, "do:reservedip:");

function assign(cloud: Cloud, project: Project, urns: string[]) {
  return urns.map((given) => {
    const urn = canonical(given);
    // The vendor answers 200 for the whole and tells of each resource: one that is gone is no reason to refuse the rest.
    if (!exists(cloud, given)) return resourceView(cloud, urn, "not_found");
    const already = cloud.state.projectAssignments.get(urn)?.project_id === project.id;
    if (!already) putInProject(cloud, urn, project.id);
    return resourceView(cloud, urn, already ? "already_assigned" : "assigned");
  });
}

const PATHS: Record<string, string> = {
  ...{ droplet: "droplets", domain: "domains", volume: "volumes", reservedip: "reserved_ips", app: "apps" },
  space: "spaces",
};

function resourceView(cloud: Cloud, urn: string, status = "ok") {
  const [, type = "", id = ""] = urn.split(":");
  const assigned_at = cloud.state.projectAssignments.get(urn)?.assigned_at ?? timestamp();
  return { urn, assigned_at, links: { self: `${cloud.apiUrl}/v2/${PATHS[type]}/${id}` }, status };
}

/** Projects, and what lies in them. */
export const projects: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { projects, projectAssignments } = cloud.state;
  type ById = { Params: { id: string } };
  const find = (id: string) => (id === "default" ? defaultProject(cloud) : orNotFound(projects.get(id)));

  app.get("/projects", async (request) => {
    const page = paginate(projects.all(), request, cloud.apiUrl);
    return { projects: page.items.map((one) => view(cloud, one)), links: page.links, meta: page.meta };
  });
  app.post("/projects", async (request, reply) => {
    const body = parseBody(Create, request.body);
    refuseName(cloud, body.name);
    const times = { created_at: timestamp(), updated_at: timestamp() };
    reply.code(201);
    return { project: view(cloud, projects.put({ ...body, id: uuid(), is_default: false, ...times })) };
  });
  app.get<ById>("/projects/:id", async (request) => ({ project: view(cloud, find(request.params.id)) }));
  app.route<ById>({
    method: ["PUT", "PATCH"],
    url: "/projects/:id",
    handler: async (request) => {
      const project = find(request.params.id);
      return { project: view(cloud, change(cloud, project, parseBody(Update, request.body))) };
    },
  });
  app.delete<ById>("/projects/:id", async (request, reply) => {
    const project = find(request.params.id);
    if (project.is_default) throw preconditionFailed("cannot delete the default project");
    if (projectAssignments.find((one) => one.project_id === project.id)) {
      throw preconditionFailed("cannot delete a project with resources");
    }
    projects.delete(project.id);
    reply.code(204);
  });
  app.get<ById>("/projects/:id/resources", async (request) => {
    const { id } = find(request.params.id);
    const own = projectAssignments.filter((one) => one.project_id === id);
    const page = paginate(own, request, cloud.apiUrl);
    const resources = page.items.map(({ urn }) => resourceView(cloud, urn));
    return { resources, links: page.links, meta: page.meta };
  });
  app.post<ById>("/projects/:id/resources", async (request) => {
    const project = find(request.params.id);
    return {
      resources: assign(cloud, project, parseBody(Assign, request.body).resources),
      links: {},
      meta: {},
    };
  });
};
