import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type BackupList, newestProven, recoveryPoint } from "../../operations/backup/list.ts";
import { formatRecoveryPoint, recoveryPointNow } from "../../operations/doctor/recovery-point.ts";
import { healthy, hostsWith } from "./doctor/healthy.ts";

const now = Date.parse("2026-11-26T12:00:00Z");

function listOf(...proofs: readonly string[]): BackupList {
  const backups = proofs.map((proof, index) => ({
    ...{
      snapshot: `s${index}`,
      time: `2026-11-2${4 + index}T06:00:00Z`,
      kind: "platform",
      result: "complete",
    },
    ...{ proof, rows: 1, uploadedBytes: 1 },
  }));
  return { backups, failures: [] };
}

suite("what would be lost now", () => {
  test("is what was written since the last backup that is proven, and not since the last one", () => {
    assert.equal(
      recoveryPoint(newestProven(listOf("proven", "proven", "proven")), 26, now),
      "Lost now would be what was written in 6.0 h, of at most 26 h: kept.",
    );
    assert.match(
      recoveryPoint(newestProven(listOf("proven", "proven", "not yet")), 26, now),
      /30\.0 h, .*: BROKEN\.$/,
    );
  });

  test("is not known where none is proven", () => {
    assert.match(
      recoveryPoint(newestProven(listOf("differs")), 26, now),
      /^No backup is proven: .* 26 h are allowed/,
    );
  });

  test("is told with the doctor's findings, as the host has it, and by none where none keeps backups", () => {
    const told = (provenBackup: { time: string | null } | null) => {
      const gathered = { ...healthy, hosts: hostsWith({ provenBackup }) };
      return [recoveryPointNow(gathered)?.hours, ...formatRecoveryPoint(gathered)];
    };
    const line = "Lost now would be what was written in 10.0 h, of at most 26 h: kept.";
    assert.deepEqual(told({ time: "2026-11-26T02:00:00Z" }), [10, line]);
    assert.match(String(told({ time: null })[1]), /^No backup is proven: /);
    assert.deepEqual(told(null), [undefined]);
  });
});
