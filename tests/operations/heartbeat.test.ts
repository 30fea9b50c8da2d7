import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Heartbeat } from "../../operations/watch/heartbeats.ts";
import { readHistory, summarise } from "../../operations/watch/history.ts";
import { watchSettings } from "../../operations/watch/settings.ts";
import { findSilence } from "../../operations/watch/silence.ts";

const now = new Date("2026-11-25T12:00:00Z");
const healthy: Heartbeat = {
  time: "2026-11-25T11:55:00Z",
  watchingSince: "2026-11-01T00:00:00Z",
  incidents: [],
  untold: 0,
  channels: { slack: { delivered: "2026-11-25T01:00:01Z" }, mail: { delivered: "2026-11-25T01:00:01Z" } },
  drill: { time: "2026-11-25T01:00:00Z", channels: { slack: "delivered", mail: "delivered" } },
  cost: { seconds: 2, cpuSeconds: 0.4, memoryMib: 30 },
};
const settings = watchSettings("prod");
const silence = (change: Partial<Heartbeat>) =>
  findSilence({ erp: { ...healthy, ...change } }, settings, now);

suite("the dead-man's switch", () => {
  test("says nothing while all is well", () => {
    assert.deepEqual(silence({}), []);
  });

  test("a host that is silent, and one that has never spoken", () => {
    assert.match(
      silence({ time: "2026-11-25T11:30:00Z" })[0] ?? "",
      /erp is silent: .* 30 minutes old, allowed are 15/,
    );
    assert.deepEqual(findSilence({ ocr: null }, settings, now), ["ocr has never written a heartbeat"]);
  });

  test("a bucket that cannot be read is no sign of life", () => {
    const found = { erp: { unreadable: "AccessDenied: no" } };
    assert.match(findSilence(found, settings, now)[0] ?? "", /erp cannot be judged: .*AccessDenied/);
  });

  test("both channels down: the host still writes, and says that nobody hears it", () => {
    const failing = { failingSince: "2026-11-25T11:00:00Z", reason: "Slack answered 404" };
    assert.deepEqual(
      silence({ channels: { slack: failing, mail: { ...failing, reason: "no" } }, untold: 2 }),
      [
        "erp cannot tell anybody by slack since 2026-11-25T11:00:00Z: Slack answered 404",
        "erp cannot tell anybody by mail since 2026-11-25T11:00:00Z: no",
        "erp has 2 messages that nobody has taken",
      ],
    );
  });

  test("a drill that is late, one that did not arrive, and one that is not due yet", () => {
    const drill = { time: "2026-11-24T01:00:00Z", channels: { slack: "delivered" } };
    assert.match(silence({ drill })[0] ?? "", /last drilled its alarm 35 h ago, allowed are 26/);
    assert.match(
      silence({ drill: { time: "2026-11-25T01:00:00Z", channels: { slack: "Slack answered 500" } } })[0] ??
        "",
      /drilled its alarm at .* and slack did not take it: Slack answered 500/,
    );
    assert.match(silence({ drill: null })[0] ?? "", /has never drilled its alarm/);
    assert.deepEqual(silence({ drill: null, watchingSince: "2026-11-25T10:00:00Z" }), []);
  });

  test("an environment that tells nobody has no drill to miss", () => {
    const late = { erp: { ...healthy, channels: {}, drill: null } };
    assert.deepEqual(findSilence(late, watchSettings("staging"), now), []);
  });
});

test("the history of many days in one line for each thing", () => {
  const lines = [
    { day: "2026-11-24", what: "odoo", kind: "page", count: 10, p95: 100, target: 2000, met: true },
    { day: "2026-11-25", what: "odoo", kind: "page", count: 30, p95: 2500, target: 2000, met: false },
    { day: "2026-11-24", what: "odoo", kind: "uptime", count: 288, percent: 100, target: 99.9, met: true },
    { day: "2026-11-25", what: "odoo", kind: "uptime", count: 96, percent: 50, target: 99.9, met: false },
    { day: "2026-11-25", what: "database", kind: "query", unknown: "no pg_stat_statements" },
  ];
  const summary = summarise(readHistory(lines.map((line) => JSON.stringify(line)).join("\n")));
  assert.deepEqual(
    summary.map(({ what, kind, days, count, value, daysMet, unknown }) => [
      what,
      kind,
      days,
      count,
      value,
      daysMet,
      unknown,
    ]),
    [
      ["database", "query", 1, 0, null, 0, "no pg_stat_statements"],
      ["odoo", "page", 2, 40, 2500, 1, null],
      ["odoo", "uptime", 2, 384, 87.5, 1, null],
    ],
  );
});
