import { absent, type Found, stated } from "./found.ts";
import type { LiveThing } from "./live-thing.ts";
import type { Wanted, WantedRecord } from "./wanted.ts";

/** Types of which a name has one answer, whatever that is; of the others it may have several, each told by its value. */
const singleTypes = ["A", "AAAA", "CNAME"];

/**
 * Finds a declared record among those of the zone. Of two that answer for one name, the one that leads where it should is
 * taken, else the older: the other is nobody's, and somebody decides about it.
 *
 * @param values what it should answer with, as far as that is known
 */
export function matchRecord(
  { name, statedId }: Wanted,
  { zone, type, tag }: WantedRecord,
  free: readonly LiveThing[],
  values: readonly string[],
): Found {
  if (statedId !== undefined) return stated("record", statedId, free);
  const named = free.filter((one) => one.name === name && one.id.startsWith(`${zone}/`)).sort(byAge);
  const alike = named.filter(({ traits: [itsType, , itsTag] }) => itsType === type && itsTag === tag);
  const right = alike.filter(({ traits: [, data = ""] }) => values.includes(plain(data, zone)));
  const [thing] = singleTypes.includes(type) ? [...right, ...alike] : right;
  if (thing !== undefined) return { thing, by: "name" };
  const inTheWay = named.filter(({ traits: [itsType] }) => itsType !== type && isAlone(type, itsType));
  if (inTheWay.length === 0) return absent;
  const what = inTheWay.map(({ id, traits: [itsType] }) => `${itsType} ${id}`).join(", ");
  return {
    because: `nothing stands beside a CNAME, and the name has ${what}: ./scripts/ops decommission record ID first`,
    isDoubtful: true,
  };
}

const isAlone = (type: string, other: string | undefined) => type === "CNAME" || other === "CNAME";

/** A value as it is declared: the vendor shortens the zone's own name, and may end a name with a dot. */
const plain = (data: string, zone: string) => (data === "@" ? zone : data.replace(/\.$/, ""));

/** The vendor counts records. */
const byAge = (one: LiveThing, other: LiveThing) => numberOf(one) - numberOf(other);
const numberOf = ({ id }: LiveThing) => Number(id.slice(id.indexOf("/") + 1));
