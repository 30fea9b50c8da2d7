import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RetryPolicy } from "../../../sandbox/providers/framework/http.ts";
import { makeClient } from "../../../sandbox/providers/framework/http.ts";
import { jsonObject, jsonText } from "../../../sandbox/providers/framework/wire.ts";
import type { Answer } from "../support.ts";
import { fakeOperation, startFakeApi } from "../support.ts";

const retries: RetryPolicy = { maximum: 3, shortestWait: 1000, longestWait: 3000 };
const refusal = (status: number, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: { message: "no" },
});

async function ask(answers: Answer[]) {
  const api = await startFakeApi({ "GET /thing": answers });
  const operation = fakeOperation();
  const send = makeClient({
    vendor: "The vendor",
    baseUrl: `${api.url}/`,
    headers: () => ({}),
    retries,
    errorMessage: (body) => jsonText(jsonObject(body).message),
  });
  try {
    const outcome = await send("GET", "/thing", undefined, operation).then(
      (body) => body,
      (error: Error) => error.message,
    );
    return { outcome, waits: operation.waits, asked: api.requests.length };
  } finally {
    await api.close();
  }
}

describe("a request to a vendor", () => {
  test("is answered", async () => {
    assert.deepEqual(await ask([{ reply: { a: 1 } }]), { outcome: { a: 1 }, waits: [], asked: 1 });
  });

  test("is tried again when there were too many, after as long as the vendor says", async () => {
    const { waits } = await ask([refusal(429, { "retry-after": "7" }), { reply: {} }]);
    assert.deepEqual(waits, [7000]);
  });

  test("is tried again on server errors, each time after twice as long, up to the longest wait", async () => {
    const result = await ask([refusal(500)]);
    assert.deepEqual(result.waits, [1000, 2000, 3000]);
    assert.equal(result.asked, 4);
    assert.equal(result.outcome, "The vendor answered 500 Internal Server Error to GET /thing: no");
  });

  test("is not tried again when the vendor refuses it", async () => {
    const { outcome, asked } = await ask([refusal(422)]);
    assert.equal(asked, 1);
    assert.match(String(outcome), /answered 422 .* to GET \/thing: no/);
  });

  test("whose answer does not come is not asked for again: the vendor may have done it", async (context) => {
    const cause = Object.assign(new Error("Headers Timeout Error"), { code: "UND_ERR_HEADERS_TIMEOUT" });
    const fetch = context.mock.method(globalThis, "fetch", () =>
      Promise.reject(new TypeError("fetch failed", { cause })),
    );
    const { outcome, waits } = await ask([]);
    assert.match(String(outcome), /could not be reached for GET \/thing at .*: Headers Timeout Error/);
    assert.deepEqual([fetch.mock.callCount(), waits], [1, []]);
  });

  test("that reaches nobody says so", async () => {
    const api = await startFakeApi({});
    await api.close();
    const operation = fakeOperation();
    const settings = {
      vendor: "The vendor",
      baseUrl: api.url,
      headers: () => ({}),
      retries,
      errorMessage: () => "",
    };
    const sent = makeClient(settings)("GET", "/thing", undefined, operation);
    await assert.rejects(sent, /could not be reached for GET \/thing at http:.*ECONNREFUSED/);
    assert.equal(operation.waits.length, 3);
  });
});
