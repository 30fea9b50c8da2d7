import type { Properties, Property } from "./properties.ts";
import type { Fields, Path, Value } from "./values.ts";
import { containsUnknown, isEqual, isFields, isUnset, pathText, UNKNOWN } from "./values.ts";

/** One difference between what is stored and what is declared. */
export interface Change {
  path: Path;
  kind: "add" | "update" | "delete";
  replace: boolean;
}

/** Finds what would change if the declared inputs were applied to the stored state. */
export function diff(properties: Properties, stored: Fields, declared: Fields): Change[] {
  return Object.entries(properties).flatMap(([name, property]) =>
    compare(property, stored[name], declared[name], [name], property.replace === true),
  );
}

/** Drops the changes at or below the paths the program asked to ignore; `*` stands for any one step. */
export function withoutIgnored(changes: Change[], ignored: string[]): Change[] {
  const patterns = ignored.map((text) => text.match(/[^.[\]"]+/g) ?? []);
  return changes.filter(
    ({ path }) =>
      !patterns.some(
        (pattern) =>
          pattern.length <= path.length &&
          pattern.every((step, index) => step === "*" || step === String(path[index])),
      ),
  );
}

/** The engine's spelling of where a change is. */
export const changePath = (change: Change): string => pathText(change.path);

/** True when applying the declared value would change nothing. */
export function isSame(property: Property, stored: Value | undefined, declared: Value | undefined): boolean {
  return compare(property, stored, declared, [], false).length === 0;
}

function compare(
  property: Property,
  stored: Value | undefined,
  declared: Value | undefined,
  path: Path,
  replace: boolean,
): Change[] {
  const change = (kind: Change["kind"]): Change[] => [{ path, kind, replace }];
  if (declared === UNKNOWN) return change(stored === undefined ? "add" : "update");
  if (declared === undefined || declared === null) {
    if (property.neverSettled) return change("update");
    return property.computed || isUnset(stored) ? [] : change("delete");
  }
  if (isUnset(stored) && isUnset(declared)) return [];
  // The official providers store an empty list as nothing.
  const isNothing = stored === undefined || stored === null || (Array.isArray(stored) && stored.length === 0);
  if (isNothing) return change("add");
  if (property.kind === "object" && isFields(stored) && isFields(declared)) {
    return Object.entries(property.fields).flatMap(([name, field]) =>
      compare(field, stored[name], declared[name], [...path, name], replace || field.replace === true),
    );
  }
  if (property.kind === "map" && isFields(stored) && isFields(declared)) {
    const keys = new Set([...Object.keys(stored), ...Object.keys(declared)]);
    return [...keys].flatMap((key) =>
      compare(property.of, stored[key], declared[key], [...path, key], replace),
    );
  }
  if (property.kind === "list" && Array.isArray(stored) && Array.isArray(declared)) {
    return compareLists(property, stored, declared, path, replace);
  }
  if (typeof stored === "string" && typeof declared === "string" && meansTheSame(property, stored, declared))
    return [];
  return isEqual(stored, declared) ? [] : change("update");
}

function meansTheSame(property: Property, stored: string, declared: string): boolean {
  if (stored === "" && declared === property.blank) return true;
  return property.same?.(stored, declared) === true || property.digest?.(declared) === stored;
}

function compareLists(
  property: Property & { kind: "list" },
  stored: Value[],
  declared: Value[],
  path: Path,
  replace: boolean,
): Change[] {
  const partners = property.unordered ? pair(property, stored, declared) : stored;
  const isTaken = (index: number): boolean =>
    property.unordered ? partners.includes(stored[index]) : index < declared.length;
  const left = new Set([...stored.keys()].filter((index) => !isTaken(index)));
  const change = (index: number, kind: Change["kind"]): Change => ({ path: [...path, index], kind, replace });
  const changes = declared.flatMap((item, index): Change[] => {
    const partner = partners[index];
    if (partner !== undefined) return compare(property.of, partner, item, [...path, index], replace);
    // One place in the list can only be told one change.
    return [change(index, left.delete(index) ? "update" : "add")];
  });
  return [...changes, ...[...left].map((index) => change(index, "delete"))];
}

/** For each declared item of an unordered list, the stored item it stands for. */
export function pair(
  property: Property & { kind: "list" },
  stored: Value[],
  declared: Value[],
): (Value | undefined)[] {
  const left = [...stored];
  const take = (matches: (candidate: Value) => boolean): Value | undefined => {
    const index = left.findIndex(matches);
    return index < 0 ? undefined : left.splice(index, 1)[0];
  };
  const { identity } = property;
  return declared.map((item) => {
    if (identity !== undefined && isFields(item) && !containsUnknown(item[identity])) {
      return take((candidate) => isFields(candidate) && isEqual(candidate[identity], item[identity]));
    }
    return take((candidate) => isSame(property.of, candidate, item));
  });
}
