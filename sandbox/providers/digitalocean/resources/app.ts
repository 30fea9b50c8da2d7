import { diff } from "../../framework/diff.ts";
import { finishing } from "../../framework/errors.ts";
import { unlessGone } from "../../framework/http.ts";
import type { Operation } from "../../framework/operation.ts";
import { list, number, object, string } from "../../framework/properties.ts";
import type { Live, Resource } from "../../framework/resource.ts";
import type { Fields } from "../../framework/values.ts";
import { fieldsOf, textOf } from "../../framework/values.ts";
import type { Json, JsonObject } from "../../framework/wire.ts";
import { fromWire, jsonList, jsonObject, jsonText } from "../../framework/wire.ts";
import type { Api, Clients } from "../clients.ts";
import { shownTime } from "../formats.ts";
import { awaitDeployment, setAlertDestinations } from "./app-deployment.ts";
import { alertDestinations, specBody, specFields, specState } from "./app-spec.ts";

const dedicatedIp = { id: string(), ip: string(), status: string() };

/** An app of App Platform. */
export const app: Resource<Clients> = {
  token: "digitalocean:index/app:App",
  inputs: {
    spec: object(specFields),
    projectId: string({ computed: true, replace: true }),
    dedicatedIps: list(object(dedicatedIp), { computed: true }),
    deploymentPerPage: number({ default: 20 }),
  },
  outputs: {
    activeDeploymentId: string(),
    appUrn: string(),
    createdAt: string(),
    defaultIngress: string(),
    liveDomain: string(),
    liveUrl: string(),
    updatedAt: string(),
  },

  async create({ api }, inputs, operation) {
    const projectId = textOf(inputs.projectId);
    const body: JsonObject = {
      spec: specBody(fieldsOf(inputs.spec)),
      ...(projectId ? { project_id: projectId } : {}),
    };
    const created = jsonObject((await api("POST", "/v2/apps", operation, body)).app);
    const { id, state } = toLive(created, inputs);
    return finishing(id, state, () => settle(api, created, inputs, operation));
  },

  async read({ api }, id, known, operation) {
    const answer = await unlessGone(api("GET", `/v2/apps/${id}`, operation));
    if (answer === undefined) return undefined;
    // An import leaves `deploymentPerPage` unset, as the official one does: the next update stores it.
    return toLive(jsonObject(answer.app), known);
  },

  async update({ api }, id, stored, inputs, operation) {
    const spec = fieldsOf(inputs.spec);
    if (diff(specFields, fieldsOf(stored.spec), spec).length === 0) {
      return toLive(jsonObject((await api("GET", `/v2/apps/${id}`, operation)).app), inputs);
    }
    const body: JsonObject = { spec: specBody(spec) };
    const changed = jsonObject((await api("PUT", `/v2/apps/${id}`, operation, body)).app);
    return finishing(id, toLive(changed, inputs).state, () => settle(api, changed, inputs, operation));
  },

  async delete({ api }, id, _stored, operation) {
    await unlessGone(api("DELETE", `/v2/apps/${id}`, operation));
  },
};

async function settle(api: Api, started: JsonObject, inputs: Fields, operation: Operation): Promise<Live> {
  const id = jsonText(started.id);
  await awaitDeployment(api, started, Number(inputs.deploymentPerPage ?? 20), operation);
  await setAlertDestinations(api, id, alertDestinations(fieldsOf(inputs.spec)), operation);
  return toLive(jsonObject((await api("GET", `/v2/apps/${id}`, operation)).app), inputs);
}

function toLive(answer: JsonObject, known: Fields): Live {
  const id = jsonText(answer.id);
  const addresses: Json[] = jsonList(answer.dedicated_ips);
  return {
    id,
    state: {
      spec: specState(jsonObject(answer.spec), fieldsOf(known.spec)),
      projectId: jsonText(answer.project_id),
      dedicatedIps: addresses.map((address) => fromWire(dedicatedIp, jsonObject(address))),
      activeDeploymentId: jsonText(jsonObject(answer.active_deployment).id),
      appUrn: `do:app:${id}`,
      createdAt: shownTime(answer.created_at),
      updatedAt: shownTime(answer.updated_at),
      defaultIngress: jsonText(answer.default_ingress),
      liveDomain: jsonText(answer.live_domain),
      liveUrl: jsonText(answer.live_url),
    },
  };
}
