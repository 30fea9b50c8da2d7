import { messageOf } from "../../framework/errors.ts";
import type { Operation } from "../../framework/operation.ts";
import type { Fields } from "../../framework/values.ts";
import { isEqual, isUnset, textOf, textsOf } from "../../framework/values.ts";
import type { JsonObject } from "../../framework/wire.ts";
import { runAction } from "../actions.ts";
import type { Api } from "../clients.ts";
import { sameIgnoringCase } from "../formats.ts";
import { changeTags } from "../tagging.ts";
import { backupPolicyBody } from "./droplet-form.ts";

/** Does what turns the stored droplet into the declared one, one action after the other. */
export async function changeDroplet(
  api: Api,
  id: string,
  stored: Fields,
  inputs: Fields,
  operation: Operation,
): Promise<void> {
  const act = (body: JsonObject) => runAction(api, `/v2/droplets/${id}/actions`, body, operation);
  const changed = (name: string): boolean =>
    !(isEqual(stored[name], inputs[name]) || (isUnset(stored[name]) && isUnset(inputs[name])));

  if (!sameIgnoringCase(textOf(stored.size), textOf(inputs.size))) await resize(act, inputs);
  if (changed("name")) await act({ type: "rename", name: textOf(inputs.name) });
  if (changed("backups")) await switchBackups(act, inputs);
  if (changed("backupPolicy") && inputs.backupPolicy !== undefined) {
    await act({ type: "change_backup_policy", backup_policy: backupPolicyBody(inputs) });
  }
  if (changed("ipv6") && inputs.ipv6 === true) await act({ type: "enable_ipv6" });
  await changeTags(api, { id, type: "droplet" }, stored, inputs, operation);
  if (inputs.volumeIds !== undefined) await changeVolumes(api, id, stored, inputs, operation);
}

/** A droplet is resized while it is off, and is switched on again even when the resize fails. */
async function resize(act: (body: JsonObject) => Promise<void>, inputs: Fields): Promise<void> {
  await act({ type: "power_off" }).catch((error) => {
    if (!/already (powered )?off/i.test(messageOf(error))) throw error;
  });
  try {
    const size = textOf(inputs.size).toLowerCase();
    await act({ type: "resize", size, disk: inputs.resizeDisk !== false });
  } finally {
    await act({ type: "power_on" });
  }
}

function switchBackups(act: (body: JsonObject) => Promise<void>, inputs: Fields): Promise<void> {
  if (inputs.backups !== true) return act({ type: "disable_backups" });
  const policy = inputs.backupPolicy === undefined ? {} : { backup_policy: backupPolicyBody(inputs) };
  return act({ type: "enable_backups", ...policy });
}

async function changeVolumes(api: Api, id: string, stored: Fields, inputs: Fields, operation: Operation) {
  const before = textsOf(stored.volumeIds);
  const after = textsOf(inputs.volumeIds);
  const act = (volume: string, type: "attach" | "detach") =>
    runAction(api, `/v2/volumes/${volume}/actions`, { type, droplet_id: Number(id) }, operation);
  for (const volume of after.filter((candidate) => !before.includes(candidate))) await act(volume, "attach");
  for (const volume of before.filter((candidate) => !after.includes(candidate))) await act(volume, "detach");
}
