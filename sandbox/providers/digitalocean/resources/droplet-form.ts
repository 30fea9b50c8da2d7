import type { Fields } from "../../framework/values.ts";
import { fieldsOf, textOf, textsOf } from "../../framework/values.ts";
import type { Json, JsonObject } from "../../framework/wire.ts";
import { jsonList, jsonObject, jsonText } from "../../framework/wire.ts";

const isNumber = (text: string): boolean => /^\d+$/.test(text);
const numberOrText = (text: string): Json => (isNumber(text) ? Number(text) : text);

/** The body that makes a droplet. */
export function creationBody(inputs: Fields): JsonObject {
  const text = (name: string): Json | undefined => textOf(inputs[name]) || undefined;
  const region = textOf(inputs.region).toLowerCase();
  const volumes = textsOf(inputs.volumeIds);
  return {
    name: textOf(inputs.name),
    region: region || undefined,
    size: textOf(inputs.size).toLowerCase(),
    image: numberOrText(textOf(inputs.image)),
    ssh_keys: textsOf(inputs.sshKeys).map(numberOrText),
    backups: inputs.backups === true,
    backup_policy: inputs.backupPolicy === undefined ? undefined : backupPolicyBody(inputs),
    ipv6: inputs.ipv6 === true,
    monitoring: inputs.monitoring === true,
    public_networking: inputs.publicNetworking === false ? false : undefined,
    tags: textsOf(inputs.tags),
    gpu_partition_mode: text("gpuPartitionMode"),
    user_data: text("userData"),
    vpc_uuid: text("vpcUuid"),
    volumes: volumes.length > 0 ? volumes : undefined,
    with_droplet_agent: typeof inputs.dropletAgent === "boolean" ? inputs.dropletAgent : undefined,
  };
}

/** When backups are made, as the API takes it. */
export function backupPolicyBody(inputs: Fields): JsonObject {
  const { plan, weekday, hour } = fieldsOf(inputs.backupPolicy);
  return {
    plan: textOf(plan) || undefined,
    weekday: textOf(weekday) || undefined,
    hour: typeof hour === "number" ? hour : undefined,
  };
}

/** A droplet's answer in the words of the program. */
export function stateOf(droplet: JsonObject): Fields {
  const size = jsonObject(droplet.size);
  const networks = jsonObject(droplet.networks);
  const features = jsonList(droplet.features);
  const publicAddress = addressOf(networks.v4, "public");
  return {
    name: jsonText(droplet.name),
    dropletUrn: `do:droplet:${jsonText(droplet.id)}`,
    region: jsonText(jsonObject(droplet.region).slug),
    size: jsonText(size.slug) || jsonText(droplet.size_slug),
    priceHourly: Number(size.price_hourly ?? 0),
    priceMonthly: Number(size.price_monthly ?? 0),
    disk: Number(droplet.disk ?? 0),
    vcpus: Number(droplet.vcpus ?? 0),
    memory: Number(droplet.memory ?? 0),
    status: jsonText(droplet.status),
    locked: droplet.locked === true,
    createdAt: jsonText(droplet.created_at),
    vpcUuid: jsonText(droplet.vpc_uuid),
    ipv4Address: publicAddress,
    ipv4AddressPrivate: addressOf(networks.v4, "private"),
    ipv6Address: addressOf(networks.v6, "public").toLowerCase(),
    publicNetworking: publicAddress !== "",
    backups: features.includes("backups"),
    ipv6: features.includes("ipv6"),
    privateNetworking: features.includes("private_networking"),
    monitoring: features.includes("monitoring"),
    volumeIds: jsonList(droplet.volume_ids).map(jsonText),
    tags: jsonList(droplet.tags).map(jsonText),
  };
}

function addressOf(networks: Json | undefined, type: "public" | "private"): string {
  const found = jsonList(networks)
    .map(jsonObject)
    .find((network) => network.type === type);
  return jsonText(found?.ip_address);
}
