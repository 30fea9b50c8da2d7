import { kitMaxAgeDays } from "../../kit/max-age.ts";
import type { Diagnosis } from "../finding.ts";
import type { Gathered, Kits, NewestKit } from "../gathered.ts";

const day = 86_400_000;

/** A disaster kit that could not bring everything back: none, too old, overtaken, not whole, or in one region alone. */
export function kit(gathered: Gathered): Diagnosis[] {
  const { config, kits } = gathered;
  if (!("answer" in kits) || kits.answer === null) return [];
  const { places, newest, unsealable } = kits.answer;
  const faults = newest === null ? [noneIn(kits.answer)] : faultsOf(newest, kits.answer, gathered);
  if (faults.length === 0) return [];
  return [
    {
      ...{ kind: "kit", severity: "soon" },
      what:
        newest === null
          ? "there is no disaster kit"
          : `the disaster kit ${faults.map(({ what }) => what).join(", and ")}`,
      where: newest?.name ?? places.map(({ bucket }) => bucket).join(", "),
      cause: faults.map(({ cause }) => cause).join("; "),
      fix: [
        ...(unsealable === undefined
          ? []
          : [`./scripts/ops kit shares ${config.stack} --any 3 --of 5 --into ~/shares`]),
        `./scripts/ops kit make ${config.stack} --mirror`,
      ],
      ...(unsealable === undefined
        ? {}
        : { byHand: `hand each file in ~/shares to somebody else, and keep none: ${unsealable}` }),
    },
  ];
}

interface Fault {
  readonly what: string;
  readonly cause: string;
}

function noneIn({ places }: Kits): Fault {
  const unreadable = places.flatMap((place) => place.unreadable ?? []);
  return { what: "", cause: ["none was made, or what it lay in is gone", ...unreadable].join("; ") };
}

function faultsOf(newest: NewestKit, { places }: Kits, { served, now }: Gathered): Fault[] {
  const { takenAt, contents } = newest;
  const faults: Fault[] = [];
  const days = Math.floor((now - takenAt) / day);
  if (days > kitMaxAgeDays)
    faults.push({
      what: `is ${days} days old, and may be ${kitMaxAgeDays}`,
      cause: "nobody has made one since",
    });
  const renewed = served.flatMap(({ host, seen }) =>
    host !== undefined && "answer" in seen && seen.answer.begins > takenAt
      ? [`the certificate of ${host}`]
      : [],
  );
  const changed = [...new Set([...("answer" in contents ? contents.answer.changed : []), ...renewed])];
  if (changed.length > 0)
    faults.push({
      what: "is older than what it holds",
      cause: `changed since ${new Date(takenAt).toISOString()}: ${changed.join(", ")}`,
    });
  if ("unasked" in contents) faults.push({ what: "cannot be opened", cause: contents.unasked });
  else if (contents.answer.lacks.length > 0)
    faults.push({ what: "is not complete", cause: contents.answer.lacks.join("; ") });
  const alone = places.filter(({ hasNewest }) => hasNewest);
  const without = places.filter(({ hasNewest }) => !hasNewest);
  if (without.length > 0)
    faults.push({
      what: `lies in one region alone (${alone.map(({ region }) => region).join(", ")})`,
      cause: without
        .map(
          ({ bucket, region, unreadable }) =>
            unreadable ?? `the bucket ${bucket} in ${region} does not have it`,
        )
        .join("; "),
    });
  return faults;
}
