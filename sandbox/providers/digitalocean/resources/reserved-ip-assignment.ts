import { randomBytes } from "node:crypto";
import { unlessGone } from "../../framework/http.ts";
import type { Operation } from "../../framework/operation.ts";
import { number, string } from "../../framework/properties.ts";
import type { Resource } from "../../framework/resource.ts";
import { textOf } from "../../framework/values.ts";
import type { Api, Clients } from "../clients.ts";
import { splitImportId } from "../import-ids.ts";
import { assignAddress, dropletOf, unassignAddress } from "./reserved-ip.ts";

const makeId = (droplet: number, address: string): string =>
  `${droplet}-${address}-${randomBytes(13).toString("hex")}`;

async function isAssigned(
  api: Api,
  address: string,
  droplet: number,
  operation: Operation,
): Promise<boolean> {
  const answer = await unlessGone(api("GET", `/v2/reserved_ips/${address}`, operation));
  return answer !== undefined && dropletOf(answer) === droplet;
}

/** Which droplet a reserved address points at, apart from the address itself. */
export const reservedIpAssignment: Resource<Clients> = {
  token: "digitalocean:index/reservedIpAssignment:ReservedIpAssignment",
  inputs: {
    ipAddress: string({ required: true, replace: true }),
    dropletId: number({ required: true, replace: true }),
  },
  outputs: {},

  async create({ api }, inputs, operation) {
    const address = textOf(inputs.ipAddress);
    const droplet = Number(inputs.dropletId);
    await assignAddress(api, address, droplet, operation);
    return { id: makeId(droplet, address), state: inputs };
  },

  async read({ api }, id, known, operation) {
    if (Object.keys(known).length > 0) {
      const stands = await isAssigned(api, textOf(known.ipAddress), Number(known.dropletId), operation);
      return stands ? { id, state: known } : undefined;
    }
    const [ipAddress, droplet] = splitImportId(id, "<ip address>,<droplet id>");
    const dropletId = Number(droplet);
    if (!(await isAssigned(api, ipAddress, dropletId, operation))) return undefined;
    return { id: makeId(dropletId, ipAddress), state: { ipAddress, dropletId } };
  },

  async delete({ api }, _id, stored, operation) {
    const address = textOf(stored.ipAddress);
    // The address may point at the next droplet already, and is then left alone.
    if (await isAssigned(api, address, Number(stored.dropletId), operation)) {
      await unassignAddress(api, address, operation);
    }
  },
};
