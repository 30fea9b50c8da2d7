import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { dataOutlook } from "../../../operations/rollback/data.ts";
import { durationsOf } from "../../../operations/rollback/durations.ts";
import { configuration } from "../../host/support/render.ts";
import { release } from "./samples.ts";

suite("what a way back means for data", () => {
  const config = configuration({ stack: "staging", edits: { convergeHosts: false } });
  const backup = (hour: number) => ({ snapshot: `snapshot-${hour}`, time: `2026-11-26T0${hour}:00:00.000Z` });
  const [to, from] = [release(1, { provenBackup: backup(1) }), release(3, { provenBackup: backup(3) })];
  const look = (releases: Parameters<typeof dataOutlook>[0]["releases"], settings = config) =>
    dataOutlook({ from, to, config: settings, releases, knownHosts: undefined, say: () => {} });

  test("is nothing, where no release since has changed tables", async () => {
    const none = { updatedModules: [], updatedAt: null, unknownReleases: [], backup: null };
    assert.deepEqual(await look([from, to, release(0, { odooUpdates: ["account"] })]), none);
  });

  test("is that their changes stay; the proven backup from before them is named", async () => {
    const updating = release(2, { odooUpdates: ["stock", "account"] });
    assert.deepEqual(await look([from, updating, to]), {
      ...{ updatedModules: ["account", "stock"], updatedAt: updating.startedAt, unknownReleases: [] },
      backup: backup(1),
    });
  });

  test("is the same where the settings ask for an update that nobody recorded", async () => {
    const edits = { convergeHosts: false, odoo: { updates: ["all"] } };
    const { updatedModules, updatedAt } = await look([from, to], configuration({ stack: "staging", edits }));
    assert.deepEqual([updatedModules, updatedAt], [["all"], from.finishedAt]);
  });

  test("is not known of releases from before it was written down, and that is said", async () => {
    const { odooUpdates: _none, ...silent } = release(2);
    assert.deepEqual((await look([from, silent, to])).unknownReleases, [silent.name]);
  });
});

test("how long it takes is what it took the last time, or an allowance", () => {
  const back = release(2, {
    rollback: { from: null, to: release(1).name, part: "all", seconds: { hosts: 21.4 } },
  });
  assert.deepEqual(durationsOf([release(3), back], "all"), {
    apps: { atMostSeconds: 300, measured: null },
    hosts: { atMostSeconds: 60, measured: { seconds: 21.4, release: back.name } },
  });
  assert.deepEqual(Object.keys(durationsOf([], "app")), ["apps"]);
});
