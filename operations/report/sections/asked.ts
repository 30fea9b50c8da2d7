import type { Asked } from "../../doctor/gathered.ts";
import type { Section } from "../document.ts";

/** A section of an answer, or one that says why there is none. */
export function sectionOf<Answer>(
  { id, title }: Pick<Section, "id" | "title">,
  asked: Asked<Answer>,
  told: (answer: Answer) => Omit<Section, "id" | "title">,
): Section {
  if ("answer" in asked) return { id, title, ...told(asked.answer) };
  const blocks = [
    { kind: "words", tone: "unknown", text: `Nobody could be asked: ${asked.unasked}` },
  ] as const;
  return { id, title, tone: "unknown", headline: "not known", blocks };
}

/** A number with its noun: `1 finding`, `2 findings`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A time as it is read: to the minute, in UTC. */
export function minuteOf(time: string): string {
  return new Date(time).toISOString().replace("T", " ").slice(0, 16);
}
