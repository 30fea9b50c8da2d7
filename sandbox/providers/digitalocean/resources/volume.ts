import type { Change } from "../../framework/diff.ts";
import { Failure } from "../../framework/errors.ts";
import { list, number, string } from "../../framework/properties.ts";
import type { Resource } from "../../framework/resource.ts";
import type { Fields } from "../../framework/values.ts";
import { textOf } from "../../framework/values.ts";
import type { JsonObject } from "../../framework/wire.ts";
import { fromWire, jsonObject, jsonText, toWire } from "../../framework/wire.ts";
import { runAction } from "../actions.ts";
import type { Clients } from "../clients.ts";
import { collection } from "../collection.ts";
import { sameIgnoringCase } from "../formats.ts";
import { changeTags, tags } from "../tagging.ts";

const inputs = {
  name: string({ autoName: { lowerCase: true, maxLength: 64 }, replace: true }),
  region: string({ required: true, replace: true, same: sameIgnoringCase }),
  size: number({ required: true, wire: "size_gigabytes" }),
  description: string({ replace: true }),
  snapshotId: string({ replace: true }),
  initialFilesystemType: string({ replace: true, oneOf: ["ext4", "xfs"], wire: false }),
  initialFilesystemLabel: string({ replace: true, wire: false }),
  filesystemType: string({ computed: true }),
  tags: tags(),
};

const stored = collection({
  token: "digitalocean:index/volume:Volume",
  inputs,
  outputs: {
    volumeUrn: string({ wire: false }),
    filesystemLabel: string(),
    dropletIds: list(number()),
  },
  path: "/v2/volumes",
  envelope: "volume",
  body: (declared) => ({
    ...toWire(inputs, declared),
    region: textOf(declared.region).toLowerCase(),
    filesystem_type: textOf(declared.initialFilesystemType ?? declared.filesystemType) || undefined,
    filesystem_label: textOf(declared.initialFilesystemLabel) || undefined,
  }),
  updateBody: false,
  refineChanges,
  state: placeAndName,
});

/** Block storage. Stateful: a replacement is a new, empty volume. */
export const volume: Resource<Clients> = {
  ...stored,
  async update({ api }, id, before, declared, operation) {
    if (before.size !== declared.size) {
      const region = textOf(declared.region).toLowerCase();
      const size = Number(declared.size);
      await runAction(
        api,
        `/v2/volumes/${id}/actions`,
        { type: "resize", size_gigabytes: size, region },
        operation,
      );
    }
    await changeTags(api, { id, type: "volume" }, before, declared, operation);
    const answer = jsonObject((await api("GET", `/v2/volumes/${id}`, operation)).volume);
    return { id, state: { ...fromWire({ ...stored.outputs, ...inputs }, answer), ...placeAndName(answer) } };
  },
};

function placeAndName(answer: JsonObject): Fields {
  return {
    region: jsonText(jsonObject(answer.region).slug),
    volumeUrn: `do:volume:${jsonText(answer.id)}`,
  };
}

function refineChanges(changes: Change[], before: Fields, declared: Fields): Change[] {
  const [from, to] = [before.size, declared.size];
  if (typeof from === "number" && typeof to === "number" && to < from) {
    // The official provider's words.
    throw new Failure(
      `volumes \`size\` can only be expanded and not shrunk: this one has ${from} GiB, ${to} GiB were asked for`,
    );
  }
  return changes;
}
