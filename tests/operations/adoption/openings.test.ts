import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { loadConfiguration } from "../../../config/load.ts";
import type { LiveThing } from "../../../operations/adoption/live-thing.ts";
import { closingsIn, type Opening, openingInWords } from "../../../operations/adoption/openings.ts";
import { readStackFile } from "../../support/stack-file.ts";

const { resolvedServices } = loadConfiguration(readStackFile("prod"));
const everybody = ["0.0.0.0/0", "::/0"];
const tcp = (ports: string, from: readonly string[] = everybody): Opening => ({
  ...{ protocol: "tcp", ports, from },
});

/** What is closed when a firewall with these openings becomes one that lets in SSH from one address and the web from all. */
function closed(...openings: readonly Opening[]) {
  const thing: LiveThing = {
    ...{ kind: "firewall", id: "f1", name: "old", traits: [], monthlyUsd: 0, openings },
  };
  const rule = (portRange: string, sourceAddresses = everybody) => ({
    ...{ protocol: "tcp", portRange, sourceAddresses },
  });
  const newState = {
    ...{ type: "digitalocean:index/firewall:Firewall", importID: "f1" },
    inputs: { inboundRules: [rule("22", ["198.51.100.7/32"]), rule("80"), rule("443")] },
  };
  return closingsIn(JSON.stringify({ steps: [{ urn: "u", newState }] }), [thing], resolvedServices);
}

suite("what a live firewall lets in and will not", () => {
  test("is nothing where all of it stays open", () => {
    assert.deepEqual(closed(tcp("80"), tcp("443"), tcp("22", ["198.51.100.7/32"])), []);
  });

  test("is told with the reason: who listens there, or that nobody declared does", () => {
    const [odoo, superset, nobody, ping] = closed(tcp("8069"), tcp("8088"), tcp("11434"), {
      ...{ protocol: "icmp", from: everybody },
    });
    assert.match(odoo?.because ?? "", /^odoo listens there on loopback/);
    assert.match(superset?.because ?? "", /^superset runs on App Platform/);
    assert.equal(nobody?.because, "nothing that is declared here listens there");
    assert.match(ping?.because ?? "", /^nothing is reached by it/);
    assert.equal(openingInWords(odoo ?? assert.fail()), "tcp 8069 from everybody");
  });

  test("of a port that stays open is those alone who may come no more", () => {
    const [ssh, ...others] = closed(tcp("22", [...everybody, "198.51.100.7/32", "droplet 7"]));
    assert.deepEqual(ssh?.from, [...everybody, "droplet 7"]);
    assert.match(ssh?.because ?? "", /^it stays open for those that the settings name/);
    assert.deepEqual(others, []);
  });

  test("of a range is all of it, also where a port within stays open", () => {
    assert.deepEqual(
      closed(tcp("1-65535")).map(({ ports }) => ports),
      ["1-65535"],
    );
  });
});
