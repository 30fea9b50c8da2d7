import assert from "node:assert/strict";
import { test } from "node:test";
import { age } from "../../sandbox/engine/age.ts";

const now = new Date("2026-11-24T12:00:00Z");

for (const [since, words] of [
  ["2026-11-24T12:00:00Z", "0 seconds ago"],
  ["2026-11-24T11:59:59Z", "1 second ago"],
  ["2026-11-24T11:48:00Z", "12 minutes ago"],
  ["2026-11-24T09:30:00Z", "2 hours ago"],
  ["2026-11-21T12:00:00Z", "3 days ago"],
  // A clock that was set back is no reason to speak of the future.
  ["2026-11-24T12:00:09Z", "0 seconds ago"],
] as const)
  test(`${since} is ${words}`, () => assert.equal(age(new Date(since), now), words));
