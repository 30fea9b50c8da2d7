/** An amount in whole cents. */
export function roundUsd(usd: number): number {
  return Math.round(usd * 100) / 100;
}

/** An amount as people write it, for example `$110.00`. */
export function formatUsd(usd: number): string {
  return `${usd < 0 ? "-" : ""}$${Math.abs(usd).toFixed(2)}`;
}

/** A difference as people write it: `+$48.00`, `-$2.00`, `no change`. */
export function formatDelta(usd: number): string {
  if (usd === 0) return "no change";
  return `${usd > 0 ? "+" : ""}${formatUsd(usd)}`;
}
