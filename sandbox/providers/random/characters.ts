import { randomInt } from "node:crypto";
import type { Fields } from "../framework/values.ts";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const DIGITS = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

/** True unless digits were switched off under either of the switch's names. */
export function hasDigits(inputs: Fields): boolean {
  return (inputs.numeric ?? inputs.number) !== false;
}

/** The kinds of characters asked for, each with the fewest there must be. */
function kindsOf(inputs: Fields): { characters: string; demandedFrom: string; fewest: number }[] {
  const override = inputs.overrideSpecial;
  const special = typeof override === "string" && override !== "" ? override : SPECIAL;
  const kind = (characters: string, isOn: boolean, fewestName: string) => {
    const fewest = Number(inputs[fewestName] ?? 0);
    return { characters: isOn ? characters : "", demandedFrom: characters, fewest };
  };
  return [
    kind(LOWER, inputs.lower !== false, "minLower"),
    kind(UPPER, inputs.upper !== false, "minUpper"),
    kind(DIGITS, hasDigits(inputs), "minNumeric"),
    kind(special, inputs.special !== false, "minSpecial"),
  ];
}

/** A random text with the length and the kinds of characters asked for, from the system's secure generator. */
export function randomText(inputs: Fields): string {
  const kinds = kindsOf(inputs);
  const alphabet = kinds.map(({ characters }) => characters).join("");
  const demanded = kinds.flatMap(({ demandedFrom, fewest }) =>
    Array.from({ length: fewest }, () => pick(demandedFrom)),
  );
  const rest = Math.max(0, Number(inputs.length) - demanded.length);
  return shuffle([...demanded, ...Array.from({ length: rest }, () => pick(alphabet))]).join("");
}

/** Why no text can be made from these inputs, if so. */
export function impossible(inputs: Fields): string | undefined {
  const kinds = kindsOf(inputs);
  const demanded = kinds.reduce((sum, { fewest }) => sum + fewest, 0);
  const { length } = inputs;
  if (typeof length !== "number") return undefined;
  if (length < 1) return "length must be at least 1";
  if (demanded > length)
    return `length (${length}) must not be less than the sum of the minimums (${demanded})`;
  const isEmpty = demanded < length && kinds.every(({ characters }) => characters === "");
  return isEmpty ? "every kind of character is switched off" : undefined;
}

const pick = (alphabet: string): string => alphabet.charAt(randomInt(alphabet.length));

function shuffle(items: string[]): string[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [shuffled[last], shuffled[other]] = [shuffled[other] ?? "", shuffled[last] ?? ""];
  }
  return shuffled;
}
