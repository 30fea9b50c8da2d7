import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { newestProven } from "../../../operations/backup/list.ts";
import type { ClassedChange } from "../../../operations/changes/classed.ts";
import { judgeLosses, type LossEvidence, needsProof } from "../../../operations/changes/losses.ts";

const now = new Date("2026-11-25T12:00:00Z");
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

function change(name: string, more: Partial<ClassedChange> = {}): ClassedChange {
  return {
    ...{ urn: `urn:pulumi:prod::insightpulse::x::${name}`, type: "digitalocean:index/droplet:Droplet", name },
    ...{
      effect: "replaced",
      holds: "data",
      loss: "everything on its disk",
      differences: [],
      replacedFor: ["region"],
    },
    ...more,
  };
}

const host = change("host-ocr-droplet");
const record = change("dns-ocr", { holds: "rebuildable", effect: "deleted", loss: "a name" });
const accepted = { "host-ocr-droplet": "It moves to sfo2, and its models are fetched again." };
const judge = (evidence: Partial<LossEvidence>) =>
  judgeLosses({ changes: [host, record], accepted: {}, withinHours: 26, now, ...evidence });

suite("data that would go", () => {
  test("is refused until the settings say why, naming the resource, the loss and the command", () => {
    const { losses, refusals } = judge({ proof: { provenAt: hoursAgo(1) } });
    assert.deepEqual(
      losses.map(({ name }) => name),
      ["host-ocr-droplet"],
    );
    assert.deepEqual(refusals, [
      "host-ocr-droplet (digitalocean:index/droplet:Droplet) would be replaced for another region, and with it goes " +
        "everything on its disk. Leave it as it is, or say why it may go: " +
        `pulumi config set --path 'acceptedLosses["host-ocr-droplet"]' WHY`,
    ]);
  });

  test("is refused with a reason but without a proven backup, or with one that is too old or unknown", () => {
    const says = (proof?: LossEvidence["proof"]) =>
      judge({ accepted, ...(proof === undefined ? {} : { proof }) }).refusals.join("\n");
    assert.match(
      says({ provenAt: undefined }),
      /^No backup has been proven by a restore\. .*ops backup now$/,
    );
    assert.match(
      says({ provenAt: hoursAgo(27) }),
      /from 2026-11-24T09:00:00\.000Z, 27 hours ago; 26 are allowed/,
    );
    assert.match(
      says({ unknownBecause: "erp cannot be entered." }),
      /not known: erp cannot be entered\. Take one/,
    );
    assert.match(says(), /nobody has asked/);
  });

  test("may go with both", () => {
    assert.deepEqual(judge({ accepted, proof: { provenAt: hoursAgo(25) } }).refusals, []);
  });

  test("takes a reason for each resource", () => {
    const { refusals } = judge({
      changes: [host, change("backups-second")],
      accepted,
      proof: { provenAt: hoursAgo(1) },
    });
    assert.equal(refusals.length, 1);
    assert.match(refusals[0] ?? "", /^backups-second /);
  });
});

suite("changes that lose no data", () => {
  test("need neither, and a reason that is left over is told of", () => {
    const { refusals, unused } = judge({ changes: [record], accepted });
    assert.deepEqual([refusals, unused], [[], ["host-ocr-droplet"]]);
  });

  test("a proof is only asked for where it decides", () => {
    assert.ok(needsProof({ changes: [host], accepted }));
    assert.ok(!needsProof({ changes: [host], accepted: {} }));
    assert.ok(!needsProof({ changes: [record], accepted }));
  });
});

test("the newest proven backup is complete and was compared, whatever the order they are listed in", () => {
  const backup = (time: string, result: string, proof: string) => ({
    ...{ snapshot: time, time, kind: "platform", result, proof, rows: null, uploadedBytes: null },
  });
  const backups = [
    backup("2026-11-24T02:00:00Z", "complete", "proven"),
    backup("2026-11-25T02:00:00+00:00", "complete", "not yet"),
    backup("2026-11-23T02:00:00Z", "complete", "proven"),
    backup("2026-11-25T01:00:00Z", "partial", "proven"),
    backup("2026-11-25T03:00:00Z", "complete", "differs"),
  ];
  assert.equal(newestProven({ backups, failures: [] })?.time, "2026-11-24T02:00:00Z");
  assert.equal(newestProven({ backups: [], failures: [] }), undefined);
});
