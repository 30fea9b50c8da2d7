import { type ListedBackup, newestProven } from "../../backup/list.ts";
import type { ReportContents } from "../contents.ts";
import type { Block, Cell, Section } from "../document.ts";
import { counted, minuteOf, sectionOf } from "./asked.ts";

const shown = 14;
const shownFailures = 5;
/** What is allowed where nobody has said otherwise, or the settings cannot be read: one is proven every night. */
const usualLimitHours = 26;

/** The backups there are, and which were proven by a restore. */
export function backups({ backups: asked, config, madeAt }: ReportContents): Section {
  const limitHours = "answer" in config ? config.answer.backup.provenWithinHours : usualLimitHours;
  return sectionOf({ id: "backups", title: "Backups" }, asked, (list) => {
    const newest = newestProven(list);
    const newestFirst = list.backups.toSorted((one, other) => Date.parse(other.time) - Date.parse(one.time));
    const hours = newest === undefined ? null : (Date.parse(madeAt) - Date.parse(newest.time)) / 3_600_000;
    const more = list.backups.length - shown;
    const blocks: Block[] = [
      ...(newestFirst.length === 0 ? [] : [tableOf(newestFirst.slice(0, shown))]),
      ...(more > 0
        ? [{ kind: "words", text: `${counted(more, "older backup")} are not listed.` } as const]
        : []),
      ...list.failures.slice(-shownFailures).map(
        ({ time, reason }): Block => ({
          ...{ kind: "words", tone: "bad", text: `${minuteOf(time)}: ${reason || "failed, with no reason"}` },
        }),
      ),
    ];
    if (hours === null) return { tone: "bad", headline: "no backup is proven", blocks };
    return {
      tone: hours > limitHours ? "bad" : "good",
      // The recovery point: what was written since would be lost if everything was lost now.
      headline: `${age(hours)} would be lost now, of at most ${limitHours} h: so old is the last proven of ${counted(list.backups.length, "backup")}`,
      blocks,
    };
  });
}

function tableOf(listed: readonly ListedBackup[]): Block {
  return {
    kind: "table",
    head: ["taken (UTC)", "kind", "result", "restored and compared", "rows", "uploaded"],
    right: new Set([4, 5]),
    rows: listed.map(({ time, kind, result, proof, rows, uploadedBytes }): Cell[] => [
      minuteOf(time),
      kind,
      result === "complete" ? result : { text: result, tone: result === "unknown" ? "unknown" : "bad" },
      { text: proof, tone: proof === "proven" ? "good" : proof === "not yet" ? "unknown" : "bad" },
      rows === null ? "" : String(rows),
      uploadedBytes === null ? "" : `${(uploadedBytes / 1e6).toFixed(1)} MB`,
    ]),
  };
}

function age(hours: number): string {
  if (hours < 1) return `${Math.max(0, Math.round(hours * 60))} min`;
  return hours < 48 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} days`;
}
