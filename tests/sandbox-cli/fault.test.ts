import assert from "node:assert/strict";
import { test } from "node:test";
import { faultRequest } from "../../sandbox/cli/commands/fault.ts";
import { Failure } from "../../sandbox/engine/failure.ts";

test("options become the order the cloud takes", () => {
  assert.deepEqual(faultRequest("status", { status: 429, retryAfter: 2, times: 3, path: "/v2/**" }), {
    kind: "status",
    status: 429,
    retryAfterSeconds: 2,
    times: 3,
    match: { path: "/v2/**" },
  });
  assert.deepEqual(faultRequest("answer-late", { delay: 5, after: 2 }), {
    kind: "answer-late",
    delayMs: 5,
    after: 2,
    match: {},
  });
  assert.deepEqual(faultRequest("deployment-fails", {}), { kind: "deployment-fails", match: {} });
  assert.deepEqual(faultRequest("region-away", { region: "sfo2" }), { kind: "region-away", region: "sfo2" });
});

test("an option that the kind needs, or has no use for, is named", () => {
  assert.throws(() => faultRequest("status", {}), new Failure("a fault of kind status needs --status"));
  assert.throws(() => faultRequest("delay", {}), new Failure("a fault of kind delay needs --delay"));
  assert.throws(() => faultRequest("region-away", {}), { message: /needs --region/ });
  assert.throws(() => faultRequest("region-away", { region: "sfo2", times: 1 }), {
    message: /--times means/,
  });
  assert.throws(() => faultRequest("reset", { status: 500 }), { message: /--status means nothing/ });
  assert.throws(() => faultRequest("delay", { delay: 1, retryAfter: 1 }), {
    message: /--retry-after means nothing/,
  });
});
