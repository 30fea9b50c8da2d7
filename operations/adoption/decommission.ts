import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { Failure } from "../failure.ts";
import type { DigitalOceanApi } from "./api.ts";
import type { Kind, LiveThing } from "./live-thing.ts";

/** How long a droplet's snapshot may take, in minutes; the vendor names none, and speaks of two minutes for each used GiB. */
const snapshotMinutes = 120;
const askEveryMs = 5_000;

/** Where a thing of a kind lives in the API; what is not here is not removed by itself. */
const paths: Partial<Record<Kind, (id: string) => string>> = {
  droplet: (id) => `/v2/droplets/${id}`,
  app: (id) => `/v2/apps/${id}`,
  network: (id) => `/v2/vpcs/${id}`,
  firewall: (id) => `/v2/firewalls/${id}`,
  volume: (id) => `/v2/volumes/${id}`,
  "reserved address": (id) => `/v2/reserved_ips/${id}`,
  snapshot: (id) => `/v2/snapshots/${id}`,
  key: (id) => `/v2/account/keys/${id}`,
  zone: (id) => `/v2/domains/${id}`,
  record: (id) => {
    const [zone, number] = id.split("/");
    return `/v2/domains/${zone}/records/${number}`;
  },
};

/** The kinds that can be removed, as they are typed. */
export const removable = Object.keys(paths) as Kind[];

/** Whether what it holds is kept by a snapshot before it goes. */
export function holdsData({ kind }: Pick<LiveThing, "kind">): boolean {
  return kind === "droplet" || kind === "volume";
}

const action = z.object({ action: z.object({ id: z.number(), status: z.string() }) });
const snapshots = z.object({ id: z.union([z.string(), z.number()]).transform(String), name: z.string() });

/**
 * Keeps what a thing holds in a snapshot. One of the same name is taken for what an earlier run has made, and is used.
 *
 * @param askEvery how often the vendor is asked, in milliseconds; `@default` 5000
 * @returns the snapshot's id
 * @throws Failure when it does not come about; nothing has been removed then
 */
export async function keep(api: DigitalOceanApi, thing: LiveThing, askEvery = askEveryMs): Promise<string> {
  const name = `before-decommission-${thing.kind}-${thing.id}`;
  const found = async () =>
    (await api.list("/v2/snapshots", "snapshots", snapshots)).find((one) => one.name === name)?.id;
  const earlier = await found();
  if (earlier !== undefined) return earlier;
  if (thing.kind === "volume") {
    const made = z.object({ snapshot: snapshots });
    return (await api.post(`/v2/volumes/${thing.id}/snapshots`, { name }, made)).snapshot.id;
  }
  const begun = await api.post(`/v2/droplets/${thing.id}/actions`, { type: "snapshot", name }, action);
  await ended(api, begun.action.id, askEvery);
  const id = await found();
  if (id === undefined) throw new Failure(`the snapshot ${name} has ended, and is not in the account`);
  return id;
}

async function ended(api: DigitalOceanApi, id: number, askEvery: number): Promise<void> {
  const deadline = Date.now() + snapshotMinutes * 60_000;
  for (;;) {
    const status = (await api.get(`/v2/actions/${id}`, action))?.action.status;
    if (status === "completed") return;
    if (status !== "in-progress") throw new Failure(`the snapshot has ended as ${status ?? "nothing"}`);
    if (Date.now() > deadline) throw new Failure(`the snapshot is not done after ${snapshotMinutes} min`);
    await wait(askEvery);
  }
}

/** Removes one thing from the account. */
export async function remove(api: DigitalOceanApi, { kind, id }: LiveThing): Promise<void> {
  const path = paths[kind];
  if (path === undefined)
    throw new Failure(`a ${kind} is not removed by itself; these are: ${removable.join(", ")}`);
  await api.delete(path(id));
}
