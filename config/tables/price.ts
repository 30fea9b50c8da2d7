/**
 * How sure a list price is.
 *
 * - `vendor`: read in the vendor's own documentation or API description.
 * - `quoted`: read in public lists that quote the vendor.
 * - `unconfirmed`: widely known, but found in neither; look it up before relying on it.
 */
export type Certainty = "vendor" | "quoted" | "unconfirmed";

/** Where a price comes from. */
export interface Evidence {
  /** Day the source gives for itself, or the month it was read in: `2026-05-28` or `2026-08`. */
  readonly asOf: string;
  /** Page on which the vendor states the price, to look it up again. */
  readonly source: string;
  readonly certainty: Certainty;
}

/** A list price in USD, without taxes. */
export interface Price extends Evidence {
  /** USD a month, for one of it. */
  readonly monthlyUsd: number;
}

/** Hours of an average month, for what is billed by the hour without a monthly limit. */
export const hoursPerMonth = 730;
