import type { Operation } from "../../framework/operation.ts";
import type { JsonObject } from "../../framework/wire.ts";
import { jsonList, jsonObject, jsonText } from "../../framework/wire.ts";
import type { Api } from "../clients.ts";

const PAGE_SIZE = 200;

/** The URNs of everything in a project. */
export async function contentsOf(api: Api, project: string, operation: Operation): Promise<string[]> {
  const urns: string[] = [];
  for (let page = 1; ; page += 1) {
    const path = `/v2/projects/${project}/resources?page=${page}&per_page=${PAGE_SIZE}`;
    const answer: JsonObject = await api("GET", path, operation);
    const resources = jsonList(answer.resources);
    urns.push(...resources.map((resource) => jsonText(jsonObject(resource).urn)));
    if (resources.length < PAGE_SIZE) return urns;
  }
}

/** Puts resources into a project, out of whichever they were in. */
export async function assign(api: Api, project: string, urns: string[], operation: Operation): Promise<void> {
  if (urns.length === 0) return;
  await api("POST", `/v2/projects/${project}/resources`, operation, { resources: urns });
}

/** Takes resources out of their project: they can only go to the default one. */
export async function release(api: Api, urns: string[], operation: Operation): Promise<void> {
  if (urns.length === 0) return;
  const answer = await api("GET", "/v2/projects/default", operation);
  await assign(api, jsonText(jsonObject(answer.project).id), urns, operation);
}

/** Moves a project from one set of resources to another. */
export async function changeContents(
  api: Api,
  project: string,
  before: string[],
  after: string[],
  operation: Operation,
): Promise<void> {
  await release(
    api,
    before.filter((urn) => !after.includes(urn)),
    operation,
  );
  await assign(
    api,
    project,
    after.filter((urn) => !before.includes(urn)),
    operation,
  );
}
