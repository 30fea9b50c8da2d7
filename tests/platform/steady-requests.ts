import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Platform, told } from "./support.ts";

/** How somebody was answered. */
export interface SteadyAnswer {
  /** 000 where there was none. */
  readonly status: string;
  /** How long it took. */
  readonly seconds: number;
}

/** How it is asked. */
export interface SteadyOptions {
  /** More words of curl. @default none */
  readonly curl?: readonly string[];
  /** How long an answer may take. @default 10 */
  readonly longestSeconds?: number;
  /** Between an answer and the next question. @default 0 */
  readonly pauseSeconds?: number;
}

/**
 * Asks addresses one after the other, again and again and each time on a new connection, for as long as something is done.
 *
 * @returns every answer
 */
export async function withSteadyRequests(
  platform: Platform,
  urls: readonly string[],
  work: () => Promise<void>,
  { curl = [], longestSeconds = 10, pauseSeconds = 0 }: SteadyOptions = {},
): Promise<SteadyAnswer[]> {
  const folder = mkdtempSync(join(tmpdir(), "steady-requests-"));
  const goOn = join(folder, "go-on");
  writeFileSync(goOn, "");
  const ask = ["curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code} %{time_total}\n"];
  const words = [...ask, "--max-time", String(longestSeconds), ...curl];
  // First whether to go on, then how long to pause, the addresses by their number, and curl with all of its words.
  const script = `go_on="$0" pause="$1" count="$2"; shift 2; urls=("\${@:1:count}"); shift "$count"
    while [ -e "$go_on" ]; do for url in "\${urls[@]}"; do "$@" "$url"; sleep "$pause"; done; done; exit 0`;
  const asked = [String(pauseSeconds), String(urls.length), ...urls, ...words];
  const asking = platform.from("bash", "-c", script, goOn, ...asked);
  try {
    await work();
  } finally {
    rmSync(folder, { recursive: true });
    await asking;
  }
  const lines = (await told(asking)).split("\n").map((line) => line.split(" "));
  return lines.map(([status = "", seconds]) => ({ status, seconds: Number(seconds) }));
}
