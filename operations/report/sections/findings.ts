import type { Finding } from "../../doctor/finding.ts";
import type { ReportContents } from "../contents.ts";
import type { Block, Section } from "../document.ts";
import { counted, sectionOf } from "./asked.ts";

/** What is not as it should be, why, and the commands that mend it. */
export function findings({ examined: asked, environment }: ReportContents): Section {
  return sectionOf({ id: "findings", title: "Findings" }, asked, ({ findings: found }) => {
    const urgent = found.filter(({ severity }) => severity === "urgent").length;
    return {
      tone: found.length === 0 ? "good" : "bad",
      headline:
        found.length === 0 ? "nothing was found" : `${counted(found.length, "finding")}, ${urgent} urgent`,
      blocks: [
        ...found.map(block),
        { kind: "words", text: `As ./scripts/ops doctor ${environment} finds them.` },
      ],
    };
  });
}

function block({ kind, severity, what, where, cause, fix, byHand }: Finding): Block {
  const facts: [string, string][] = [
    ["where", where],
    ["why", cause],
    ...(byHand === undefined ? [] : ([["by hand", byHand]] as [string, string][])),
  ];
  const finding = { title: `${severity}, ${kind}: ${what}`, tone: "bad", facts, commands: fix } as const;
  return { kind: "finding", finding };
}
