import { Failure } from "../../framework/errors.ts";
import { unlessGone } from "../../framework/http.ts";
import { number, set, string } from "../../framework/properties.ts";
import type { Live, Resource } from "../../framework/resource.ts";
import { textOf } from "../../framework/values.ts";
import type { JsonObject } from "../../framework/wire.ts";
import { jsonList, jsonObject, jsonText } from "../../framework/wire.ts";
import { runAction } from "../actions.ts";
import type { Clients } from "../clients.ts";

function toLive(snapshot: JsonObject): Live {
  return {
    id: jsonText(snapshot.id),
    state: {
      name: jsonText(snapshot.name),
      createdAt: jsonText(snapshot.created_at),
      minDiskSize: Number(snapshot.min_disk_size ?? 0),
      regions: jsonList(snapshot.regions).map(jsonText),
      size: Number(snapshot.size_gigabytes ?? 0),
    },
  };
}

/** A picture of a droplet's disk, taken once. */
export const dropletSnapshot: Resource<Clients> = {
  token: "digitalocean:index/dropletSnapshot:DropletSnapshot",
  inputs: {
    name: string({ autoName: {}, replace: true }),
    dropletId: string({ required: true, replace: true }),
  },
  outputs: { createdAt: string(), minDiskSize: number(), regions: set(string()), size: number() },

  async create({ api }, inputs, operation) {
    const name = textOf(inputs.name);
    const path = `/v2/droplets/${textOf(inputs.dropletId)}`;
    await runAction(api, `${path}/actions`, { type: "snapshot", name }, operation);
    const answer = await api("GET", `${path}/snapshots`, operation);
    const taken = jsonList(answer.snapshots)
      .map(jsonObject)
      .findLast((snapshot) => snapshot.name === name);
    if (taken === undefined)
      throw new Failure(`DigitalOcean took the snapshot ${name}, but does not list it.`);
    return toLive(taken);
  },

  async read({ api }, id, known, operation) {
    const answer = await unlessGone(api("GET", `/v2/snapshots/${id}`, operation));
    if (answer === undefined) return undefined;
    const snapshot = jsonObject(answer.snapshot);
    const { state } = toLive(snapshot);
    return { id, state: { ...state, dropletId: textOf(known.dropletId) || jsonText(snapshot.resource_id) } };
  },

  async delete({ api }, id, _stored, operation) {
    await unlessGone(api("DELETE", `/v2/snapshots/${id}`, operation));
  },
};
