import { verdict } from "../../releases/format.ts";
import { currentRelease } from "../../releases/history.ts";
import type { Release } from "../../releases/release.ts";
import type { ReportContents } from "../contents.ts";
import type { Section, Tone } from "../document.ts";
import { minuteOf, sectionOf } from "./asked.ts";

const shown = 10;

const tones: Readonly<Record<Release["result"], Tone>> = {
  ...{ healthy: "good", unhealthy: "bad", failed: "bad", unasked: "unknown" },
};

/** What runs, and what ran before. */
export function releases({ releases: asked }: ReportContents): Section {
  return sectionOf({ id: "releases", title: "Releases" }, asked, (all) => {
    const current = currentRelease(all);
    if (all.length === 0) return { tone: "unknown", headline: "none was recorded yet", blocks: [] };
    return {
      tone: current === undefined ? "bad" : tones[current.result],
      headline:
        current === undefined
          ? "none was carried through"
          : `${current.name} runs since ${minuteOf(current.finishedAt)}, by ${current.by}: ${verdict(current)}`,
      blocks: [
        {
          kind: "table",
          head: ["release", "ended (UTC)", "by", "commit", "how it went"],
          rows: all
            .slice(0, shown)
            .map((release) => [
              release === current ? `${release.name}, which runs` : release.name,
              minuteOf(release.finishedAt),
              release.by,
              release.commit.slice(0, 12),
              { text: verdict(release), tone: tones[release.result] },
            ]),
        },
      ],
    };
  });
}
