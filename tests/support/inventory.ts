import assert from "node:assert/strict";
import type { Inventory } from "./sandbox.ts";

/** The one entry of a collection with this name. */
export function named(inventory: Inventory, collection: string, name: string) {
  const found = inventory[collection]?.find((entry) => entry.name === name);
  assert.ok(found, `${collection} has no ${name}`);
  return found;
}

/** Records of a zone at DigitalOcean. */
export function recordsOf(inventory: Inventory, zone: string) {
  return inventory.domain_records?.filter(({ domain }) => domain === zone) ?? [];
}

/** What is looked at here of the one service of an app. */
interface ServiceSpecification {
  readonly image: { readonly tag?: string; readonly digest?: string };
  readonly envs: readonly { readonly key: string; readonly value: string }[];
}

/** The specification of the one service of an app. */
export function serviceOf(inventory: Inventory, app: string): ServiceSpecification {
  const spec = inventory.apps
    ?.map(({ spec }) => spec as { name: string; services: ServiceSpecification[] })
    .find(({ name }) => name === app);
  assert.ok(spec?.services[0], `there is no app ${app}`);
  return spec.services[0];
}

/** Plain variables of an app that have another value than they had, with that value. */
export function changedVariables(
  before: Inventory,
  inventory: Inventory,
  app: string,
): Record<string, string> {
  const values = new Map(serviceOf(before, app).envs.map(({ key, value }) => [key, value]));
  const changed = serviceOf(inventory, app).envs.filter(
    ({ key, value }) => !value.startsWith("EV[") && values.get(key) !== value,
  );
  return Object.fromEntries(changed.map(({ key, value }) => [key, value]));
}
