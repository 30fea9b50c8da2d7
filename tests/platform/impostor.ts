import { readFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "../support/wait-for.ts";
import { healthUrls, waitUntilWell } from "./services.ts";
import { type Platform, told } from "./support.ts";

const host = "erp";
const port = 5678;
const unit = "impostor.service";

/** A program of a test's own in the place of n8n, which answers whoever comes to its port of the ERP host. */
export class Impostor {
  readonly #platform: Platform;

  private constructor(platform: Platform) {
    this.#platform = platform;
  }

  /**
   * Stops n8n, and starts a program in its place.
   *
   * @param program file beside this one; it is told its port, and then these words
   */
  static async begin(platform: Platform, program: string, ...words: string[]): Promise<Impostor> {
    const impostor = new Impostor(platform);
    const script = readFileSync(join(import.meta.dirname, program), "utf8");
    const run = ["systemd-run", "--quiet", "--collect", `--unit=${unit}`, "--uid=svc-n8n"];
    try {
      await told(platform.inside(host, "systemctl", "stop", "n8n"));
      await told(platform.inside(host, ...run, "python3", "-c", script, String(port), ...words));
      await impostor.#somebodyListens(program);
    } catch (error) {
      await impostor.end();
      throw error;
    }
    return impostor;
  }

  /** Gives n8n its place back, and waits until it is well. */
  async end(): Promise<void> {
    await this.#platform.inside(host, "systemctl", "stop", unit);
    await told(this.#platform.inside(host, "systemctl", "start", "n8n"));
    // Whoever asks nginx before that is told of an error, and the watch counts those.
    await this.#somebodyListens("n8n");
    await waitUntilWell(this.#platform, [healthUrls("insightpulseai.net").n8n]);
  }

  async #somebodyListens(who: string): Promise<void> {
    const listening = ["ss", "--no-header", "-lnt", `sport = :${port}`];
    const isThere = async () => (await told(this.#platform.inside(host, ...listening))) !== "";
    await waitFor(isThere, `${who} to listen`);
  }
}

/** Lets a program be in the place of n8n for as long as something is done. */
export async function withImpostor<Result>(
  platform: Platform,
  [program, ...words]: readonly [program: string, ...words: string[]],
  work: () => Promise<Result>,
): Promise<Result> {
  const impostor = await Impostor.begin(platform, program, ...words);
  try {
    return await work();
  } finally {
    await impostor.end();
  }
}
