import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Platform, told } from "./support.ts";

/**
 * Asks addresses one after the other, again and again and each time on a new connection, for as long as something is done.
 * Returns the status of every answer; 000 where there was none.
 */
export async function withSteadyRequests(
  platform: Platform,
  urls: readonly string[],
  work: () => Promise<void>,
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "steady-requests-"));
  const goOn = join(folder, "go-on");
  writeFileSync(goOn, "");
  const ask = "curl --silent --output /dev/null --write-out '%{http_code}\\n' --max-time 10";
  const script = `while [ -e "$0" ]; do for url in "$@"; do ${ask} "$url"; done; done; exit 0`;
  const asking = platform.from("sh", "-c", script, goOn, ...urls);
  try {
    await work();
  } finally {
    rmSync(folder, { recursive: true });
    await asking;
  }
  return (await told(asking)).split("\n");
}
