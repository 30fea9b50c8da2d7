import { roundUsd } from "../../config/derive/money.ts";
import type { LiveThing } from "./live-thing.ts";

/** What is in the account and belongs to nothing that this repository declares. */
export interface Orphans {
  readonly things: readonly LiveThing[];
  /** What they cost together, in USD a month by list price. */
  readonly monthlyUsd: number;
}

/** Who owns what, so that nothing of another environment is taken for an orphan. */
export interface Owned {
  /** Ids in the states of all environments, and those that are matched. */
  readonly ids: ReadonlySet<string>;
  /** `TYPE NAME` of the records that environments declare. */
  readonly records: ReadonlySet<string>;
  /** `KIND NAME` of what else environments declare. */
  readonly names: ReadonlySet<string>;
}

/**
 * What nobody owns, the most expensive first. A zone that nobody owns goes with its records, which are not told one by one. Of two
 * records that answer for one name, none is owned until the stack has made its own.
 */
export function orphansIn(account: readonly LiveThing[], { ids, records, names }: Owned): Orphans {
  const things = account
    .filter(({ isVendors }) => !isVendors)
    .filter(({ kind, id, name, traits: [type] }) => {
      if (ids.has(id)) return false;
      if (kind !== "record") return !names.has(`${kind} ${name}`);
      if (!names.has(`zone ${id.split("/")[0]}`)) return false;
      return !records.has(`${type} ${name}`) || twinsOf(account, type, name).length > 1;
    })
    .map((thing) => besideOwned(thing, account, ids))
    .sort((one, other) => other.monthlyUsd - one.monthlyUsd || order(one).localeCompare(order(other)));
  return { things, monthlyUsd: roundUsd(things.reduce((sum, { monthlyUsd }) => sum + monthlyUsd, 0)) };
}

/** Everything that answers for one name, with what may differ; nothing where several answers are meant to be there. */
function twinsOf(account: readonly LiveThing[], type: string | undefined, name: string): LiveThing[] {
  if (type !== "A" && type !== "AAAA" && type !== "CNAME") return [];
  return account.filter((one) => one.kind === "record" && one.name === name && one.traits[0] === type);
}

/** Says of a duplicate which one is owned: whoever asks for the name is led to either. */
function besideOwned(thing: LiveThing, account: readonly LiveThing[], ids: ReadonlySet<string>): LiveThing {
  if (thing.kind !== "record") return thing;
  const owned = twinsOf(account, thing.traits[0], thing.name).find(({ id }) => ids.has(id));
  if (owned === undefined) return thing;
  const leads = owned.traits[1] === thing.traits[1] ? "with the same" : `which leads to ${owned.traits[1]}`;
  return { ...thing, note: `${thing.note}, a duplicate of ${owned.id}, ${leads}` };
}

const order = ({ kind, name, id }: LiveThing) => `${kind} ${name} ${id}`;
