import { number, string } from "../../framework/properties.ts";
import type { Json } from "../../framework/wire.ts";
import { jsonObject } from "../../framework/wire.ts";
import { collection } from "../collection.ts";

const count = (value: Json | undefined): number => Number(jsonObject(value).count ?? 0);

/** A tag. Resources may name tags that have no such resource. */
export const tag = collection({
  token: "digitalocean:index/tag:Tag",
  inputs: { name: string({ autoName: {}, replace: true }) },
  outputs: {
    totalResourceCount: number({ wire: false }),
    dropletsCount: number({ wire: false }),
    imagesCount: number({ wire: false }),
    volumesCount: number({ wire: false }),
    volumeSnapshotsCount: number({ wire: false }),
    databasesCount: number({ wire: false }),
  },
  path: "/v2/tags",
  envelope: "tag",
  idField: "name",
  updateBody: false,
  state: (answer) => {
    const resources = jsonObject(answer.resources);
    return {
      totalResourceCount: Number(resources.count ?? 0),
      dropletsCount: count(resources.droplets),
      imagesCount: count(resources.images),
      volumesCount: count(resources.volumes),
      volumeSnapshotsCount: count(resources.volume_snapshots),
      databasesCount: count(resources.databases),
    };
  },
});
