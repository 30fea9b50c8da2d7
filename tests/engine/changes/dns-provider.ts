import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import type { Applied, EditedStack, Edits } from "../../support/edited-stack.ts";
import { recordsOf } from "../../support/inventory.ts";
import type { Inventory } from "../../support/sandbox.ts";
import { nameOf } from "../../support/state.ts";

const zone = "staging.insightpulseai.net";
const cloudflare = { accountId: "0123456789abcdef0123456789abcdef" };

type ZoneHost = "digitalocean" | "cloudflare";

/** Calls that change what a zone's name servers answer. */
const writes: Readonly<Record<ZoneHost, RegExp>> = {
  digitalocean: /^(POST|PUT|PATCH|DELETE) \/v2\/domains\b/,
  cloudflare: /^(POST|PUT|PATCH|DELETE) \/client\/v4\/zones\b/,
};

/** What each one's name servers answer, but for the zone's own NS and SOA, as lines in one form. */
const answers: Readonly<Record<ZoneHost, (inventory: Inventory) => string[]>> = {
  digitalocean: (inventory) =>
    recordsOf(inventory, zone)
      .filter(({ type }) => type !== "NS" && type !== "SOA")
      .map(({ name, type, tag, data, ttl }) => {
        const value = type === "CAA" ? `0 ${tag} "${data}"` : data;
        return `${name === "@" ? zone : `${name}.${zone}`} ${ttl} ${type} ${value}`;
      })
      .sort(),
  cloudflare: ({ cloudflare_records = [] }) =>
    cloudflare_records.map(({ name, type, content, ttl }) => `${name} ${ttl} ${type} ${content}`).sort(),
};

/** The way from one provider to the other: both, then the other first, then the other alone. */
const settings: Readonly<Record<"ocean" | "oceanFirst" | "flareFirst" | "flare", Edits>> = {
  ocean: {},
  oceanFirst: { "dns.alsoServe": ["cloudflare"], "dns.cloudflare": cloudflare },
  flareFirst: {
    "dns.provider": "cloudflare",
    "dns.alsoServe": ["digitalocean"],
    "dns.cloudflare": cloudflare,
  },
  flare: { "dns.provider": "cloudflare", "dns.cloudflare": cloudflare },
};

/** Names that move from DigitalOcean to Cloudflare and back, answered at every moment. */
export function changesOfDnsProvider(staging: EditedStack): void {
  const expected = () => answers.digitalocean(staging.unchanged);
  let parts: string[];
  const steps = (operation: string, ...more: string[]) => [
    ...parts.map((part) => `${operation} ${part}`),
    ...more,
  ];

  /**
   * An `up` while resolvers ask these name servers. No request of it writes to them, so what they answer before and
   * after it they answer at every moment of it: everything.
   */
  async function applyWhileAsked(hosts: readonly ZoneHost[], edits: Edits): Promise<Applied> {
    const earlier = await staging.sandbox.inventory();
    const began = new Date().toISOString();
    const applied = await staging.apply(edits);
    const calls = (await staging.sandbox.requests(began)).map(({ method, path }) => `${method} ${path}`);
    for (const host of hosts) {
      assert.deepEqual(answers[host](earlier), expected(), `${host} before`);
      assert.deepEqual(
        calls.filter((call) => writes[host].test(call)),
        [],
      );
      assert.deepEqual(answers[host](applied.inventory), expected(), `${host} afterwards`);
    }
    return applied;
  }

  suite("names move from one DNS provider to another without a moment unanswered", () => {
    before(async () => {
      parts = (await staging.resources())
        .map(({ urn }) => nameOf(urn))
        .filter((name) => /^dns(-|$)/.test(name));
      parts.sort();
      assert.equal(parts.length, 2 + expected().length);
    });

    test("not in one step: the zone that answers refuses to go", async () => {
      await staging.assertRefused(settings.flare, "dns-zone", /cannot be deleted.*protected/s);
    });

    test("first the new one gets every record, while the old one is asked", async () => {
      const { done, inventory } = await applyWhileAsked(["digitalocean"], settings.oceanFirst);
      assert.deepEqual(done, steps("create"));
      assert.deepEqual(answers.cloudflare(inventory), expected());
      const { cloudflare = [] } = JSON.parse(await staging.run("stack", "output", "nameServers", "--json"));
      assert.equal(cloudflare.length, 2);
    });

    test("while both are asked, a change of a record reaches both", async () => {
      const planned = await staging.planned({ ...settings.oceanFirst, "hosts.ocr.reservedIp": true });
      assert.deepEqual(planned, ["create host-ocr-address", "update dns-ocr", "update dns-ocr"]);
    });

    test("once the delegation has moved, the other one is the main one: no resource changes", async () => {
      const { done } = await applyWhileAsked(["digitalocean", "cloudflare"], settings.flareFirst);
      assert.deepEqual(done, []);
    });

    test("at last the old one goes, while the new one is asked", async () => {
      const { done, inventory } = await applyWhileAsked(["cloudflare"], settings.flare);
      assert.deepEqual(done, steps("delete", "update project-resources"));
      assert.deepEqual(answers.digitalocean(inventory), []);
    });

    test("and back the same way", async () => {
      const { done: created } = await applyWhileAsked(["cloudflare"], settings.flareFirst);
      assert.deepEqual(created, steps("create", "update project-resources"));
      const { done: turned } = await applyWhileAsked(["cloudflare", "digitalocean"], settings.oceanFirst);
      assert.deepEqual(turned, []);
      const { done: deleted, inventory } = await applyWhileAsked(["digitalocean"], settings.ocean);
      assert.deepEqual(deleted, steps("delete"));
      assert.deepEqual(inventory.cloudflare_zones, []);
      assert.deepEqual(inventory.cloudflare_records, []);
    });

    test("to somebody the stack does not speak to, the records are printed, and the old zone stays", async () => {
      const moved = { "dns.provider": "elsewhere", "dns.alsoServe": ["digitalocean"] };
      const { steps: planned, said } = await staging.preview(moved);
      assert.deepEqual(planned, []);
      assert.match(said.join("\n"), /^erp\.staging\.insightpulseai\.net\. +300 +A +\d+\./m);
    });
  });
}
