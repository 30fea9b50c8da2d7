/** An IPv4 range by its first and last address, as numbers. */
export interface Range {
  first: number;
  last: number;
  prefix: number;
}

export function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function toAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

/** Reads `10.1.0.0/16`; undefined when it is not the base address of a range. */
export function parseRange(cidr: string): Range | undefined {
  const match = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(cidr);
  if (!match?.[1] || !match[2]) return undefined;
  if (match[1].split(".").some((part) => Number(part) > 255)) return undefined;
  const prefix = Number(match[2]);
  const size = 2 ** (32 - prefix);
  const first = toNumber(match[1]);
  if (prefix > 32 || first % size !== 0) return undefined;
  return { first, last: first + size - 1, prefix };
}

export const overlap = (a: Range, b: Range): boolean => a.first <= b.last && b.first <= a.last;

export const contains = (outer: Range, inner: Range): boolean =>
  outer.first <= inner.first && inner.last <= outer.last;

/** The first address of the range that is free, leaving out the network's own, the gateway and the broadcast. */
export function freeAddress(range: Range, taken: ReadonlySet<string>): string | undefined {
  for (let number = range.first + 2; number < range.last; number += 1) {
    const address = toAddress(number);
    if (!taken.has(address)) return address;
  }
  return undefined;
}

export function netmask(prefix: number): string {
  return toAddress(2 ** 32 - 2 ** (32 - prefix));
}
