import { finishing } from "../../framework/errors.ts";
import { unlessGone } from "../../framework/http.ts";
import type { Operation } from "../../framework/operation.ts";
import { poll } from "../../framework/operation.ts";
import { boolean, number, object, set, string } from "../../framework/properties.ts";
import type { Live, Resource } from "../../framework/resource.ts";
import type { Fields } from "../../framework/values.ts";
import { textsOf } from "../../framework/values.ts";
import type { JsonObject } from "../../framework/wire.ts";
import { jsonObject, jsonText } from "../../framework/wire.ts";
import { runAction } from "../actions.ts";
import type { Api, Clients } from "../clients.ts";
import { sameIgnoringCase, sha1 } from "../formats.ts";
import { tags } from "../tagging.ts";
import { creationBody, stateOf } from "./droplet-form.ts";
import { changeDroplet } from "./droplet-update.ts";

const HOUR = 60 * 60 * 1000;
const MINUTE = 60 * 1000;

/** A virtual machine. Stateful: what is on its disk goes with it. */
export const droplet: Resource<Clients> = {
  token: "digitalocean:index/droplet:Droplet",
  inputs: {
    name: string({ autoName: {} }),
    image: string({ required: true, replace: true }),
    size: string({ required: true, same: sameIgnoringCase }),
    region: string({ computed: true, replace: true, same: sameIgnoringCase }),
    backups: boolean({ default: false }),
    backupPolicy: object({
      plan: string({ oneOf: ["daily", "weekly"] }),
      weekday: string({ oneOf: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] }),
      hour: number(),
    }),
    dropletAgent: boolean({ replace: true }),
    gracefulShutdown: boolean({ default: false }),
    gpuPartitionMode: string({ replace: true }),
    ipv6: boolean({ default: false }),
    ipv6Address: string({ computed: true }),
    monitoring: boolean({ default: false, replace: true }),
    privateNetworking: boolean({ computed: true }),
    publicNetworking: boolean({ computed: true, replace: true }),
    resizeDisk: boolean({ default: true }),
    sshKeys: set(string(), { replace: true }),
    tags: tags(),
    userData: string({ replace: true, digest: sha1 }),
    volumeIds: set(string(), { computed: true }),
    vpcUuid: string({ computed: true, replace: true }),
  },
  outputs: {
    createdAt: string(),
    disk: number(),
    dropletUrn: string(),
    ipv4Address: string(),
    ipv4AddressPrivate: string(),
    locked: boolean(),
    memory: number(),
    priceHourly: number(),
    priceMonthly: number(),
    status: string(),
    vcpus: number(),
  },

  validate: ({ backups, backupPolicy }) =>
    backupPolicy !== undefined && backups === false
      ? [{ property: "backupPolicy", reason: "backupPolicy can only be set when backups are enabled" }]
      : [],

  // IPv6 can be switched on in place, but not off.
  refineChanges: (changes, stored, declared) =>
    changes.map((change) =>
      change.path[0] === "ipv6" && stored.ipv6 === true && declared.ipv6 === false
        ? { ...change, replace: true }
        : change,
    ),

  changedOutputs: (stored, declared) =>
    stored.ipv6 !== true && declared.ipv6 === true ? ["ipv6Address"] : [],

  async create({ api }, inputs, operation) {
    const created = jsonObject((await api("POST", "/v2/droplets", operation, creationBody(inputs))).droplet);
    const id = jsonText(created.id);
    return finishing(id, stateOf(created), () => whenReady(api, id, operation));
  },

  async read({ api }, id, known, operation) {
    const answer = await unlessGone(api("GET", `/v2/droplets/${id}`, operation));
    if (answer === undefined) return undefined;
    return { id, state: { ...unreadable(known, jsonObject(answer.droplet)), ...liveState(answer) } };
  },

  async update({ api }, id, stored, inputs, operation) {
    await changeDroplet(api, id, stored, inputs, operation);
    // Taken as it is, as the official provider does: one that never became active counts as updated.
    return { id, state: liveState(await api("GET", `/v2/droplets/${id}`, operation)) };
  },

  async delete({ api }, id, stored, operation) {
    const path = `/v2/droplets/${id}`;
    const find = () => unlessGone(api("GET", path, operation));
    const unlocked = await poll(operation, `droplet ${id} to be unlocked`, MINUTE, async () => {
      const found = await find();
      return found === undefined || !isLocked(found) ? { found } : undefined;
    });
    if (unlocked.found === undefined) return;
    if (stored.gracefulShutdown === true) {
      await api("POST", `${path}/actions`, operation, { type: "shutdown" });
      await poll(operation, `droplet ${id} to shut down`, MINUTE, async () =>
        jsonObject((await find())?.droplet).status === "active" ? undefined : true,
      );
    }
    for (const volume of textsOf(liveState(unlocked.found).volumeIds)) {
      await runAction(
        api,
        `/v2/volumes/${volume}/actions`,
        { type: "detach", droplet_id: Number(id) },
        operation,
      );
    }
    await unlessGone(api("DELETE", path, operation));
    await poll(operation, `droplet ${id} to be gone`, MINUTE, async () =>
      (await find()) === undefined ? true : undefined,
    );
  },
};

/** Image and pure settings are never read back, so that an image slug may move on; an import has to guess them. */
function unreadable(known: Fields, answer: JsonObject): Fields {
  if (known.image !== undefined) return {};
  const image = jsonObject(answer.image);
  return {
    image: jsonText(image.slug) || jsonText(image.id),
    resizeDisk: true,
    gracefulShutdown: false,
  };
}

function liveState(answer: JsonObject): Fields {
  return stateOf(jsonObject(answer.droplet));
}

function isLocked(answer: JsonObject): boolean {
  return jsonObject(answer.droplet).locked === true;
}

/** Waits until a new droplet is active and no action holds it. */
function whenReady(api: Api, id: string, operation: Operation): Promise<Live> {
  return poll(operation, `droplet ${id} to become active`, HOUR, async () => {
    const answer = await unlessGone(api("GET", `/v2/droplets/${id}`, operation));
    if (answer === undefined || isLocked(answer)) return undefined;
    const state = liveState(answer);
    return state.status === "new" ? undefined : { id, state };
  });
}
