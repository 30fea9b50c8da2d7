import { unlessGone } from "../../framework/http.ts";
import { set, string } from "../../framework/properties.ts";
import type { Resource } from "../../framework/resource.ts";
import { textOf, textsOf } from "../../framework/values.ts";
import type { Clients } from "../clients.ts";
import { assign, changeContents, contentsOf, release } from "./project-contents.ts";

/** Resources put into a project that is not managed here, or not as a whole. */
export const projectResources: Resource<Clients> = {
  token: "digitalocean:index/projectResources:ProjectResources",
  inputs: {
    project: string({ required: true, replace: true }),
    resources: set(string(), { required: true }),
  },
  outputs: {},
  importable: false,

  async create({ api }, inputs, operation) {
    const id = textOf(inputs.project);
    await api("GET", `/v2/projects/${id}`, operation);
    await assign(api, id, textsOf(inputs.resources), operation);
    return { id, state: inputs };
  },

  async read({ api }, id, known, operation) {
    const project = await unlessGone(api("GET", `/v2/projects/${id}`, operation));
    if (project === undefined) return undefined;
    const present = await contentsOf(api, id, operation);
    // Others may put resources into the same project: those are not this resource's to show.
    const resources = textsOf(known.resources).filter((urn) => present.includes(urn));
    return { id, state: { project: id, resources } };
  },

  async update({ api }, id, stored, inputs, operation) {
    await changeContents(api, id, textsOf(stored.resources), textsOf(inputs.resources), operation);
    return { id, state: inputs };
  },

  async delete({ api }, id, stored, operation) {
    const project = await unlessGone(api("GET", `/v2/projects/${id}`, operation));
    if (project !== undefined) await release(api, textsOf(stored.resources), operation);
  },
};
