import { finishing } from "../../framework/errors.ts";
import { HttpFailure, unlessGone } from "../../framework/http.ts";
import { poll } from "../../framework/operation.ts";
import { boolean, number, set, string } from "../../framework/properties.ts";
import type { Resource } from "../../framework/resource.ts";
import type { Fields } from "../../framework/values.ts";
import { textsOf } from "../../framework/values.ts";
import type { JsonObject } from "../../framework/wire.ts";
import { fromWire, jsonObject, jsonText, toWire } from "../../framework/wire.ts";
import type { Clients } from "../clients.ts";
import { sameIgnoringCase } from "../formats.ts";
import { assign, changeContents, contentsOf, release } from "./project-contents.ts";

const DELETE_TIMEOUT = 3 * 60 * 1000;

const settings = {
  name: string({ autoName: {} }),
  description: string({ default: "" }),
  purpose: string({ default: "Web Application" }),
  environment: string({ same: sameIgnoringCase }),
};
const inputs = {
  ...settings,
  isDefault: boolean({ default: false }),
  resources: set(string(), { computed: true, wire: false }),
};
const outputs = { createdAt: string(), ownerId: number(), ownerUuid: string(), updatedAt: string() };

function stateOf(answer: JsonObject): Fields {
  const project = jsonObject(answer.project);
  const purpose = jsonText(project.purpose).replace(/^Other: /, "");
  return { ...fromWire({ ...inputs, ...outputs }, project), purpose };
}

/** A named group of resources. */
export const project: Resource<Clients> = {
  token: "digitalocean:index/project:Project",
  inputs,
  outputs,

  async create({ api }, declared, operation) {
    const created = await api("POST", "/v2/projects", operation, toWire(settings, declared));
    const id = jsonText(jsonObject(created.project).id);
    return finishing(id, stateOf(created), async () => {
      const wanted = textsOf(declared.resources);
      await assign(api, id, wanted, operation);
      const state =
        declared.isDefault === true
          ? stateOf(await api("PATCH", `/v2/projects/${id}`, operation, toWire(inputs, declared)))
          : stateOf(created);
      return { id, state: { ...state, resources: wanted } };
    });
  },

  async read({ api }, id, _known, operation) {
    const answer = await unlessGone(api("GET", `/v2/projects/${id}`, operation));
    if (answer === undefined) return undefined;
    return { id, state: { ...stateOf(answer), resources: await contentsOf(api, id, operation) } };
  },

  async update({ api }, id, stored, declared, operation) {
    const answer = await api("PATCH", `/v2/projects/${id}`, operation, toWire(inputs, declared));
    const before = textsOf(stored.resources);
    const after = declared.resources === undefined ? before : textsOf(declared.resources);
    await changeContents(api, id, before, after, operation);
    return { id, state: { ...stateOf(answer), resources: after } };
  },

  async delete({ api }, id, stored, operation) {
    await release(api, textsOf(stored.resources), operation);
    // Resources leave slowly, and a project is only deleted when it is empty.
    await poll(operation, `project ${id} to be empty`, DELETE_TIMEOUT, async () => {
      try {
        await unlessGone(api("DELETE", `/v2/projects/${id}`, operation));
        return true;
      } catch (error) {
        if (error instanceof HttpFailure && error.status === 412) return undefined;
        throw error;
      }
    });
  },
};
