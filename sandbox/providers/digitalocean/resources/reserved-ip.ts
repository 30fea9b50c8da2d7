import { finishing } from "../../framework/errors.ts";
import { HttpFailure, unlessGone } from "../../framework/http.ts";
import type { Operation } from "../../framework/operation.ts";
import { number, string } from "../../framework/properties.ts";
import type { Live, Resource } from "../../framework/resource.ts";
import type { JsonObject } from "../../framework/wire.ts";
import { jsonObject, jsonText } from "../../framework/wire.ts";
import { awaitIdleDroplet, runAction } from "../actions.ts";
import type { Api, Clients } from "../clients.ts";
import { sameIgnoringCase } from "../formats.ts";

/** Points a reserved address at a droplet, once that one is idle. */
export async function assignAddress(
  api: Api,
  address: string,
  droplet: number,
  operation: Operation,
): Promise<void> {
  const path = `/v2/reserved_ips/${address}/actions`;
  await awaitIdleDroplet(api, droplet, operation);
  await runAction(api, path, { type: "assign", droplet_id: droplet }, operation, path);
}

/** Takes a reserved address off its droplet; it is no error if it is on none. */
export async function unassignAddress(api: Api, address: string, operation: Operation): Promise<void> {
  const path = `/v2/reserved_ips/${address}/actions`;
  await runAction(api, path, { type: "unassign" }, operation, path).catch((error) => {
    if (!(error instanceof HttpFailure && [404, 422].includes(error.status))) throw error;
  });
}

/** The id of the droplet that a reserved address points at. */
export function dropletOf(answer: JsonObject): number | undefined {
  const id = jsonObject(jsonObject(answer.reserved_ip).droplet).id;
  return typeof id === "number" ? id : undefined;
}

function toLive(answer: JsonObject, tellDroplet: boolean): Live {
  const address = jsonObject(answer.reserved_ip);
  const id = jsonText(address.ip);
  const region = jsonText(jsonObject(address.region).slug);
  const droplet = tellDroplet ? { dropletId: dropletOf(answer) } : {};
  return { id, state: { region, ipAddress: id, reservedIpUrn: `do:reservedip:${id}`, ...droplet } };
}

/** A public IPv4 address that outlives droplets. */
export const reservedIp: Resource<Clients> = {
  token: "digitalocean:index/reservedIp:ReservedIp",
  inputs: {
    region: string({ required: true, replace: true, same: sameIgnoringCase }),
    dropletId: number(),
    ipAddress: string({ computed: true }),
  },
  outputs: { reservedIpUrn: string() },

  async create({ api }, inputs, operation) {
    const region = String(inputs.region).toLowerCase();
    const created = await api("POST", "/v2/reserved_ips", operation, { region });
    const live = toLive(created, false);
    const { dropletId } = inputs;
    if (typeof dropletId !== "number") return live;
    return finishing(live.id, live.state, async () => {
      await assignAddress(api, live.id, dropletId, operation);
      return { id: live.id, state: { ...live.state, dropletId } };
    });
  },

  async read({ api }, id, known, operation) {
    const answer = await unlessGone(api("GET", `/v2/reserved_ips/${id}`, operation));
    if (answer === undefined) return undefined;
    // An address bound by a ReservedIpAssignment is not bound by this resource.
    return toLive(answer, Object.keys(known).length === 0 || known.dropletId !== undefined);
  },

  async update({ api }, id, stored, inputs, operation) {
    const { dropletId } = inputs;
    if (stored.dropletId !== dropletId) {
      if (typeof dropletId === "number") await assignAddress(api, id, dropletId, operation);
      else await unassignAddress(api, id, operation);
    }
    return toLive(await api("GET", `/v2/reserved_ips/${id}`, operation), typeof dropletId === "number");
  },

  async delete({ api }, id, stored, operation) {
    if (stored.dropletId !== undefined) await unassignAddress(api, id, operation);
    await unlessGone(api("DELETE", `/v2/reserved_ips/${id}`, operation));
  },
};
