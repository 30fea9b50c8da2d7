import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { call, type Json } from "../cloud/support.ts";
import { waitFor } from "../support/wait-for.ts";
import type { Platform } from "./support.ts";

/** Asks the account's API, as its owner does in the control panel. */
export async function ask({ folder }: Platform, method: string, path: string, body?: unknown): Promise<Json> {
  const { apiUrl, token } = JSON.parse(readFileSync(join(folder, "cloud/cloud.json"), "utf8"));
  const answer = await call(`${apiUrl}/v2${path}`, method, { authorization: `Bearer ${token}` }, body);
  assert.ok(
    answer.status < 300,
    `${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`,
  );
  return answer.body;
}

/** Does something to a host's droplet, and waits until it is done. */
export async function actOn(platform: Platform, host: string, type: string): Promise<void> {
  const path = `/droplets/${await platform.droplet(host)}/actions`;
  const { action } = await ask(platform, "POST", path, { type });
  const status = async () => (await ask(platform, "GET", `/actions/${action.id}`)).action.status;
  await waitFor(async () => (await status()) !== "in-progress", `${type} of ${host}`, 180);
  assert.equal(await status(), "completed");
}
