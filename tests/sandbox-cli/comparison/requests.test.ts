import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { RecordedRequest } from "../../../sandbox/comparison/capture.ts";
import { compareCaptures } from "../../../sandbox/comparison/compare.ts";
import { capture, request, resource } from "./support.ts";

const state = (id: string) => [resource("web", "digitalocean:index/droplet:Droplet", {}, { id })];
const [one, other] = ["600000001", "600000002"];

/** Differences between the requests of two runs with a droplet each. */
const compare = (first: readonly RecordedRequest[], second: readonly RecordedRequest[]) =>
  compareCaptures(capture(state(one), first), capture(state(other), second));

const action = (id: string, type: string) => request("POST", `/v2/droplets/${id}/actions`, { type }, 201);

suite("requests of two runs", () => {
  test("creations are compared without order, field by field, the likeliest with each other", () => {
    const tags = (...bodies: object[]) => bodies.map((body) => request("POST", "/v2/tags", body, 201));
    assert.deepEqual(compare(tags({ name: "a" }, { name: "b" }), tags({ name: "b" }, { name: "a" })), []);
    assert.deepEqual(
      compare(tags({ name: "a" }, { name: "b" }), tags({ name: "b", note: "" }, { name: "a" })),
      [{ kind: "body", where: "up: POST /v2/tags (b): note", standIn: undefined, official: "" }],
    );
  });

  test("a request that only one side makes, and one that is refused", () => {
    const made = request("DELETE", `/v2/droplets/${one}`, undefined, 204);
    const [found, ...more] = compare([made], []);
    assert.deepEqual(
      [found?.kind, found?.where, found?.standIn, found?.official],
      ["request", "up: DELETE /v2/droplets/<id of web>", "without a body", undefined],
    );
    assert.deepEqual(more, []);
    const refused = compare([made], [request("DELETE", `/v2/droplets/${other}`, undefined, 422)]);
    assert.deepEqual(
      refused.map(({ where }) => where),
      ["up: DELETE /v2/droplets/<id of web>", "up: DELETE /v2/droplets/<id of web> refused with 422"],
    );
  });

  test("the order in which things are done to one thing counts", () => {
    const inOrder = (id: string) => [action(id, "power_off"), action(id, "resize"), action(id, "power_on")];
    assert.deepEqual(compare(inOrder(one), inOrder(other)), []);
    const [found, ...more] = compare(inOrder(one), inOrder(other).toReversed());
    assert.deepEqual([found?.kind, found?.where], ["order", "up: /v2/droplets/<id of web>"]);
    assert.deepEqual(more, []);
  });

  test("the order of a bucket's settings counts too", () => {
    const [versioning, policy] = [request("PUT", "/one?versioning"), request("PUT", "/one?policy")];
    assert.deepEqual(
      compare([versioning, policy], [policy, versioning]).map(({ kind, where }) => [kind, where]),
      [["order", "up: spaces:/one"]],
    );
  });

  test("documents of Spaces are equal in any spelling, and differ by element", () => {
    const put = (xml: string) => [request("PUT", "/one?lifecycle", xml)];
    const spelled = '<?xml version="1.0"?>\n<L xmlns="http://s3/">\n <Rule><ID>a&amp;b</ID><On/></Rule></L>';
    const plain = "<L><Rule><On></On><ID>a&#38;b</ID></Rule></L>";
    assert.deepEqual(compare(put(spelled), put(plain)), []);
    const [found] = compare(put(plain), put(plain.replace("<ID>a", "<ID>c")));
    assert.deepEqual([found?.where, found?.official], ["up: PUT spaces:/one?lifecycle: L.Rule.ID", "c&b"]);
    assert.equal(compare(put("sha256:1"), put("sha256:2")).length, 1);
  });

  test("reads are counted, but waiting for one thing is one read however long it takes", () => {
    const read = (path: string) => request("GET", path);
    const droplet = (id: string) => read(`/v2/droplets/${id}`);
    const waits = [droplet(one), droplet(one), droplet(one)];
    assert.deepEqual(compare(waits, [droplet(other)]), []);
    const again = [droplet(other), action(other, "rename"), droplet(other)];
    const counts = compare([droplet(one), action(one, "rename")], again);
    assert.deepEqual(counts, [
      { kind: "reads", where: "up: GET /v2/droplets/<id of web>", standIn: 1, official: 2 },
    ]);
    const lists = [read("/v2/tags?page=1&per_page=2"), read("/v2/tags?per_page=2&page=1")];
    assert.deepEqual(
      compare(lists, lists.slice(1)).map(({ standIn, official }) => [standIn, official]),
      [[2, 1]],
    );
  });

  test("a secret of the program is a word in bodies, also as part of an address", () => {
    const value = "sample/secret value";
    const secrets = { slackWebhookUrl: value };
    const body = (text: string) => capture([], [request("POST", "/v2/tags", { url: text })], { secrets });
    const found = compareCaptures(
      body(`https://hook/${encodeURIComponent(value)}`),
      body(`https://other/${value}`),
    );
    assert.deepEqual(
      found.map(({ standIn, official }) => [standIn, official]),
      [["https://hook/<secret slackWebhookUrl>", "https://other/<secret slackWebhookUrl>"]],
    );
  });
});
