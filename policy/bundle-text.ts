/**
 * The files of a host's bundle as text with lines: it is JSON, in which they end with an escaped end of line.
 *
 * @param given what a command gets through standard input; no text where it gets nothing
 */
export function bundleText(given: unknown): string {
  return typeof given === "string" ? given.replaceAll("\\n", "\n") : "";
}
