import { z } from "zod";
import type { CloudKeys } from "../engine/cloud.ts";
import { Failure } from "../engine/failure.ts";
import type { Item } from "./traces.ts";

/** Everything in one of the vendor's lists; a list that is not there is empty. */
export async function listItems(cloud: CloudKeys, path: string, field: string): Promise<Item[]> {
  const answer = await callVendor(cloud, "GET", `${path}?per_page=200`);
  return answer === undefined
    ? []
    : (z.object({ [field]: z.array(z.record(z.string(), z.unknown())) }).parse(answer)[field] ?? []);
}

/** Calls the vendor's API; undefined where there is nothing, or nothing to say. */
export async function callVendor(cloud: CloudKeys, method: string, path: string): Promise<unknown> {
  const response = await fetch(`${cloud.apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${cloud.token}` },
  });
  if (response.status === 404 || response.status === 204) return undefined;
  const text = await response.text();
  if (!response.ok)
    throw new Failure(
      `the cloud, asked what a lost run left: ${method} ${path} answered ${response.status} ${text}`,
    );
  return text === "" ? undefined : JSON.parse(text);
}
