import { findSilence } from "../../watch/silence.ts";
import type { ReportContents } from "../contents.ts";
import type { Block, Cell, Section } from "../document.ts";
import { counted, minuteOf, sectionOf } from "./asked.ts";

/** Whether anybody still watches, what is open, and whether alarms arrive. */
export function alarm({ heartbeats: asked, config, madeAt }: ReportContents): Section {
  return sectionOf({ id: "alarm", title: "The watch and its alarm" }, asked, (heartbeats) => {
    const wrong =
      "answer" in config ? findSilence(heartbeats, config.answer, new Date(madeAt)) : [config.unasked];
    const open = Object.values(heartbeats).flatMap((one) =>
      one !== null && "incidents" in one ? one.incidents : [],
    );
    const blocks: Block[] = [
      {
        kind: "table",
        head: ["host", "last heartbeat (UTC)", "open incidents", "last drill of the alarm (UTC)"],
        right: new Set([2]),
        rows: Object.entries(heartbeats).map(([host, found]): Cell[] => {
          if (found === null) return [host, { text: "none yet", tone: "bad" }, "", ""];
          if ("unreadable" in found) return [host, { text: found.unreadable, tone: "unknown" }, "", ""];
          const { time, incidents, drill } = found;
          return [
            ...[host, minuteOf(time), String(incidents.length)],
            drill === null ? "none yet" : `${minuteOf(drill.time)}, ${channelsTold(drill.channels)}`,
          ];
        }),
      },
      ...wrong.map((text): Block => ({ kind: "words", tone: "bad", text })),
      ...open.map(
        ({ title, wrong: how, since }): Block => ({
          ...{ kind: "words", tone: "bad", text: `${title} since ${minuteOf(since)}: ${how}` },
        }),
      ),
    ];
    const isWell = wrong.length === 0 && open.length === 0;
    const headline = isWell ? "every host watches" : `${counted(open.length, "open incident")}`;
    return {
      tone: isWell ? "good" : "bad",
      headline: wrong.length > 0 ? `${headline}, ${wrong.length} wrong with the watch itself` : headline,
      blocks,
    };
  });
}

function channelsTold(channels: Readonly<Record<string, string>>): string {
  return Object.entries(channels)
    .map(([channel, how]) => `${channel} ${how}`)
    .join(", ");
}
