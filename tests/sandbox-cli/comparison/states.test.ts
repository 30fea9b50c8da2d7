import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { StateResource } from "../../../sandbox/comparison/capture.ts";
import { compareCaptures } from "../../../sandbox/comparison/compare.ts";
import { capture, resource, secret } from "./support.ts";

const vpc = "digitalocean:index/vpc:Vpc";
const droplet = "digitalocean:index/droplet:Droplet";
const password = "random:index/randomPassword:RandomPassword";
const app = "digitalocean:index/app:App";

const compare = (first: StateResource[], second: StateResource[]) =>
  compareCaptures(capture(first), capture(second));

suite("states of two runs", () => {
  test("a value that is another, is missing or is new is a difference each", () => {
    const found = compare(
      [resource("net", vpc, { ipRange: "10.0.0.0/20", description: "" })],
      [resource("net", vpc, { ipRange: "10.9.0.0/20", tags: ["one"] })],
    );
    const where = "state after up: net (digitalocean:index/vpc:Vpc): ";
    assert.deepEqual(found, [
      { kind: "output", where: `${where}ipRange`, standIn: "10.0.0.0/20", official: "10.9.0.0/20" },
      { kind: "output", where: `${where}description`, standIn: "", official: undefined },
      { kind: "output", where: `${where}tags[0]`, standIn: undefined, official: "one" },
    ]);
  });

  test("inputs count, in lists and objects too; the names of inputs that were filled in have no order", () => {
    const inputs = (prefix: string, defaults: string[]) => ({
      inputs: { __defaults: defaults, rules: [{ match: { prefix } }] },
    });
    const found = compare(
      [resource("net", vpc, {}, inputs("/", ["a", "b"]))],
      [resource("net", vpc, {}, inputs("/api", ["b", "a"]))],
    );
    assert.deepEqual(
      found.map(({ kind, where }) => [kind, where]),
      [["input", "state after up: net (digitalocean:index/vpc:Vpc): rules[0].match.prefix"]],
    );
  });

  test("a resource that one side does not have", () => {
    const [found, ...more] = compare([resource("net", vpc, {})], []);
    assert.deepEqual([found?.kind, found?.standIn, found?.official], ["resource", "present", undefined]);
    assert.deepEqual(more, []);
  });

  test("identifiers in every vendor's form are made up: numbers, UUIDs, 32 hexadecimal digits", () => {
    const side = (id: string) => [resource("zone", "cloudflare:index/zone:Zone", { zoneId: id }, { id })];
    const pairs = [
      ["600000001", "600000020"],
      ["810501ec-9ee6-47e1-b02c-cf42b3a942a7", "0d3ec42e-f3ec-4c99-97ef-aa62d5db6b09"],
      ["b765790398f7b95e35e7a1d225e5828e", "cf1b3cb9b3e3c937d9f1b697ca8c03bd"],
    ] as const;
    for (const [one, other] of pairs) assert.deepEqual(compare(side(one), side(other)), [], one);
    assert.notDeepEqual(compare(side("example.com"), side("example.org")), []);
  });

  test("what is made up differs, and what refers to it is still compared", () => {
    const side = (id: string, address: string, aimedAt: string) => [
      resource("web", droplet, { ipv4Address: address, createdAt: "2026-01-02T03:04:05Z" }, { id }),
      resource("name", "digitalocean:index/dnsRecord:DnsRecord", { value: aimedAt, droplet: Number(id) }),
    ];
    const one = side("600000001", "203.0.113.2", "203.0.113.2");
    assert.deepEqual(compare(one, side("600000020", "203.0.113.20", "203.0.113.20")), []);
    const [wrong, ...more] = compare(one, side("600000020", "203.0.113.20", "203.0.113.2"));
    assert.deepEqual([wrong?.standIn, wrong?.official], ["<ipv4Address of web>", "203.0.113.2"]);
    assert.deepEqual(more, []);
  });

  test("a short value is not looked for within a longer one", () => {
    const side = (ipv4Address: string) => [
      resource("web", droplet, { ipv4Address }),
      resource("name", "digitalocean:index/dnsRecord:DnsRecord", { value: "203.0.113.20" }),
    ];
    assert.deepEqual(compare(side("203.0.113.2"), side("203.0.113.9")), []);
  });

  test("identifiers are compared where they are names, and by their form where they are made up", () => {
    const tag = (id: string) => [resource("tag", "digitalocean:index/tag:Tag", {}, { id })];
    assert.equal(compare(tag("staging"), tag("production"))[0]?.kind, "id");
    assert.equal(compare(tag("staging"), tag("600000001"))[0]?.kind, "id");
    assert.deepEqual(compare(tag("600000001"), tag("600000007")), []);
  });

  test("generated secrets are not compared, what holds them is, and no secret is ever shown", () => {
    const side = (made: string, role: string) => [
      resource("db", password, { result: secret(made) }),
      resource("app", app, { url: secret(`postgres://${role}:${made}@db/one`) }),
    ];
    const one = side("Sample0Random0Password0One", "odoo");
    assert.deepEqual(compare(one, side("Sample0Random0Password0Two", "odoo")), []);
    const found = compare(one, side("Sample0Random0Password0Two", "postgres"));
    assert.deepEqual(
      found.map(({ standIn, official }) => [standIn, official]),
      [["[secret]", "[another secret]"]],
    );
    assert.doesNotMatch(JSON.stringify(found), /Sample0Random|postgres:/);
  });

  test("a value that is secret on one side only, as itself or as part of its list", () => {
    const found = compare(
      [resource("app", app, { envs: [{ key: "K", value: secret("v") }] })],
      [resource("app", app, { envs: secret([{ key: "K", value: "v" }]) })],
    );
    assert.deepEqual(
      found.map(({ kind, where, standIn, official }) => [kind, where.split(": ").at(-1), standIn, official]),
      [["secrecy", "envs[0].key (output)", "plain", "secret"]],
    );
  });

  test("sets have no order, even where one side says more of each member; lists have one", () => {
    const rules = (name: string, ...ports: string[]) => [
      resource("wall", app, { [name]: ports.map((port) => ({ port, tags: [] })) }),
    ];
    const bare = [resource("wall", app, { inboundRules: [{ port: "443" }, { port: "22" }] })];
    assert.deepEqual(compare(rules("inboundRules", "22", "443"), rules("inboundRules", "443", "22")), []);
    assert.deepEqual(
      compare(rules("inboundRules", "22", "443"), bare).map(({ where }) => where.split(": ").at(-1)),
      ["inboundRules[0].tags", "inboundRules[1].tags"],
    );
    assert.equal(compare(rules("inboundRules", "22"), rules("inboundRules", "23")).length, 1);
    assert.equal(compare(rules("steps", "22", "443"), rules("steps", "443", "22")).length, 2);
  });

  test("the spelling of a time counts, the time does not", () => {
    const at = (createdAt: string) => [resource("app", app, { createdAt })];
    assert.deepEqual(compare(at("2026-01-02T03:04:05Z"), at("2026-01-02T09:09:09Z")), []);
    assert.equal(compare(at("2026-01-02T03:04:05Z"), at("2026-01-02 03:04:05 +0000 UTC")).length, 1);
  });
});
