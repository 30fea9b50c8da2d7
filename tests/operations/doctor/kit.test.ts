import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Kits, NewestKit } from "../../../operations/doctor/gathered.ts";
import { found, healthy, now, told } from "./healthy.ts";

const day = 86_400_000;
const make = "./scripts/ops kit make prod --mirror";
const shares = "./scripts/ops kit shares prod --any 3 --of 5 --into ~/shares";
const name = "kit/prod/kits/newest";

const kits = "answer" in healthy.kits && healthy.kits.answer;
assert.ok(kits);
const { places, newest } = kits;
assert.ok(newest);

/** What is found of kits when this differs. */
const about = (change: Partial<Kits>) => found({ kits: { answer: { ...kits, ...change } } });
const ofNewest = (change: Partial<NewestKit>) => about({ newest: { ...newest, ...change } });
const holding = (changed: string[], lacks: string[]) =>
  ofNewest({ contents: { answer: { changed, lacks } } });

suite("the disaster kit", () => {
  test("one that is young, whole and in both regions is no finding", () => {
    assert.deepEqual(found({}), []);
    assert.deepEqual(ofNewest({ takenAt: now - 35 * day }), []);
  });

  test("none at all: the passphrase first where there are no shares yet", () => {
    const none = { newest: null, places: places.map((place) => ({ ...place, hasNewest: false })) };
    assert.deepEqual(told(about(none)), [
      ["kit", "there is no disaster kit", "backups, backups-second", make],
    ]);
    const [finding] = about({ ...none, unsealable: "the kits of prod have no passphrase yet" });
    assert.deepEqual(finding?.fix, [shares, make]);
    assert.match(
      finding?.byHand ?? "",
      /hand each file in ~\/shares to somebody else.*have no passphrase yet$/,
    );
  });

  test("one that is too old", () => {
    assert.deepEqual(told(ofNewest({ takenAt: now - 36 * day })), [
      ["kit", "the disaster kit is 36 days old, and may be 35", name, make],
    ]);
  });

  test("one that secrets have overtaken, by name", () => {
    const [finding, ...others] = holding(["the secret odoo", "the image docker.io/library/odoo:19"], []);
    assert.deepEqual(others, []);
    assert.deepEqual(told(finding ? [finding] : []), [
      ["kit", "the disaster kit is older than what it holds", name, make],
    ]);
    assert.equal(
      finding?.cause,
      "changed since 2026-11-23T12:00:00.000Z: the secret odoo, the image docker.io/library/odoo:19",
    );
  });

  test("one that a certificate of a host has overtaken; an app's is in no kit", () => {
    const renewed = (onHost: boolean) =>
      found({
        served: healthy.served.map((one) =>
          "answer" in one.seen && (one.host !== undefined) === onHost
            ? { ...one, seen: { answer: { ...one.seen.answer, begins: now - day } } }
            : one,
        ),
      });
    assert.match(renewed(true)[0]?.cause ?? "", /: the certificate of erp, the certificate of ocr$/);
    assert.deepEqual(renewed(false), []);
  });

  test("one that something is missing in, or that nobody can open", () => {
    const [finding] = holding([], ["the certificates of erp cannot be had: no route"]);
    assert.equal(finding?.what, "the disaster kit is not complete");
    assert.equal(finding?.cause, "the certificates of erp cannot be had: no route");
    const closed = ofNewest({ contents: { unasked: "the passphrase does not open it" } });
    assert.deepEqual(told(closed), [["kit", "the disaster kit cannot be opened", name, make]]);
  });

  test("one that lies in one region alone, also where nobody knows of the other", () => {
    const [first, second] = places;
    assert.ok(first && second);
    const [finding] = about({ places: [first, { ...second, hasNewest: false }] });
    assert.equal(finding?.what, "the disaster kit lies in one region alone (nyc3)");
    assert.equal(finding?.cause, "the bucket backups-second in sfo3 does not have it");
    const unreadable = "the bucket backups-second in sfo3: NoSuchBucket";
    const [other] = about({ places: [first, { ...second, hasNewest: false, unreadable }] });
    assert.equal(other?.cause, unreadable);
  });

  test("faults together are one finding, as one command mends them", () => {
    const [first, second] = places;
    assert.ok(first && second);
    const findings = about({
      places: [{ ...first, hasNewest: false }, second],
      newest: { ...newest, contents: { answer: { changed: ["the secret odoo"], lacks: ["the digest"] } } },
    });
    assert.deepEqual(
      findings.map(({ what }) => what),
      [
        "the disaster kit is older than what it holds, and is not complete, and lies in one region alone (sfo3)",
      ],
    );
  });

  test("an environment that is to have none lacks none; buckets that nobody can read are a finding", () => {
    assert.deepEqual(found({ kits: { answer: null } }), []);
    assert.deepEqual(told(found({ kits: { unasked: "no key" } })), [
      ["reach", "nobody could look", "the buckets with disaster kits", "./scripts/ops kit list prod"],
    ]);
  });
});
