import { randomBytes } from "node:crypto";
import { unlessGone } from "../../framework/http.ts";
import type { Operation } from "../../framework/operation.ts";
import { number, string } from "../../framework/properties.ts";
import type { Resource } from "../../framework/resource.ts";
import type { Fields } from "../../framework/values.ts";
import { textOf } from "../../framework/values.ts";
import { jsonList, jsonObject } from "../../framework/wire.ts";
import { runActionWhenFree } from "../actions.ts";
import type { Api, Clients } from "../clients.ts";

async function isAttached(api: Api, { volumeId, dropletId }: Fields, operation: Operation): Promise<boolean> {
  const answer = await unlessGone(api("GET", `/v2/volumes/${textOf(volumeId)}`, operation));
  return jsonList(jsonObject(answer?.volume).droplet_ids)[0] === dropletId;
}

function act(api: Api, type: "attach" | "detach", { volumeId, dropletId }: Fields, operation: Operation) {
  const path = `/v2/volumes/${textOf(volumeId)}/actions`;
  return runActionWhenFree(api, path, { type, droplet_id: Number(dropletId) }, operation);
}

/** Which droplet a volume hangs on. */
export const volumeAttachment: Resource<Clients> = {
  token: "digitalocean:index/volumeAttachment:VolumeAttachment",
  inputs: {
    dropletId: number({ required: true, replace: true }),
    volumeId: string({ required: true, replace: true }),
  },
  outputs: {},
  importable: false,

  async create({ api }, inputs, operation) {
    if (!(await isAttached(api, inputs, operation))) await act(api, "attach", inputs, operation);
    const id = `${Number(inputs.dropletId)}-${textOf(inputs.volumeId)}-${randomBytes(13).toString("hex")}`;
    return { id, state: inputs };
  },

  async read({ api }, id, known, operation) {
    return (await isAttached(api, known, operation)) ? { id, state: known } : undefined;
  },

  async delete({ api }, _id, stored, operation) {
    if (await isAttached(api, stored, operation)) await act(api, "detach", stored, operation);
  },
};
