import type { Cloud } from "../core/cloud.ts";
import { orNotFound } from "../core/errors.ts";
import { timestamp } from "../core/time.ts";
import type { Project } from "./records.ts";

/** The project that takes what is put in no other. */
export function defaultProject(cloud: Cloud): Project {
  return orNotFound(cloud.state.projects.find((project) => project.is_default));
}

/** Puts a new resource in a project, the default one unless another is named. */
export function putInProject(cloud: Cloud, urn: string, project = defaultProject(cloud).id): void {
  cloud.state.projectAssignments.put({ urn, project_id: project, assigned_at: timestamp() });
}

/** Forgets a resource that is gone. */
export function forgetInProjects(cloud: Cloud, urn: string): void {
  cloud.state.projectAssignments.delete(urn);
}
