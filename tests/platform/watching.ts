import assert from "node:assert/strict";
import { waitFor } from "../support/wait-for.ts";
import { type Platform, told } from "./support.ts";

/** A key of the hosts in the settings. */
export type HostKey = "erp" | "ocr";

const hosts: readonly HostKey[] = ["erp", "ocr"];
const keep = "/var/lib/insightpulse/watch";
const spare = "/run/insightpulse-watch";
/** On the disk: a machine that is switched off forgets what is below /run. */
const kept = "/var/tmp/watch-kept";
const minute = 60_000;

/** How long a timer waits at most until its next look, and how long after the first look comes the second. */
const [timerMinutes, secondLookSeconds] = [5, 60];

/**
 * The watch of a platform, looked through by a test: its timers rest, and each look goes by a time of the test's own, so
 * that hours pass in seconds. What it remembers is put back at the end.
 */
export class Watching {
  readonly platform: Platform;
  /** The time by which the next look goes. */
  now = Date.now();

  private constructor(platform: Platform) {
    this.platform = platform;
  }

  static async begin(platform: Platform): Promise<Watching> {
    const watching = new Watching(platform);
    try {
      for (const host of hosts) {
        await watching.on(
          host,
          // What a timer has started a moment ago may not hold the lock yet; what says that something has failed tells people.
          `systemctl stop watch.timer alarm-drill.timer
          timeout 280 bash -c 'until [ -z "$(systemctl list-units --no-legend --state=activating \\
            watch.service alarm-drill.service "alarm@*.service")" ]; do sleep 0.2; done'
          mkdir -p ${keep} ${spare}
          flock ${spare}/lock true
          rm -rf ${kept} ${kept}.half
          cp -a ${keep} ${kept}.half
          mv ${kept}.half ${kept}
          rm -f ${keep}/state.json ${spare}/state.json`,
        );
        // Where logs are, and that all is well.
        await watching.look(host);
      }
    } catch (error) {
      await watching.end();
      throw error;
    }
    return watching;
  }

  /** Puts back what was there before, as far as something was taken away. */
  async end(): Promise<void> {
    for (const host of hosts)
      await this.on(
        host,
        `trap 'systemctl start watch.timer alarm-drill.timer' EXIT
        [ -d ${kept} ] || exit 0
        rm -rf ${keep} ${spare}/state.json
        cp -a ${kept} ${keep}
        rm -r ${kept}
        insightpulse-watch run --once`,
      );
  }

  /** Runs a shell script on a host, as root. */
  on(host: HostKey, script: string, ...words: string[]): Promise<string> {
    return told(this.platform.inside(host, "bash", "-euc", script, "bash", ...words));
  }

  /** Says for the other host that it watches: in a time that passes so quickly it would be silent. */
  async #keepOtherAlive(host: HostKey): Promise<void> {
    const other = hosts.find((one) => one !== host) ?? host;
    const program = `import json, sys
from watch import settings
from watch.heartbeat import Heartbeats
bucket = Heartbeats.of(settings.read()).bucket
name = f"heartbeats/{sys.argv[1]}.json"
bucket.put(name, json.dumps({**json.loads(bucket.get(name)), "time": sys.argv[2]}).encode())`;
    const time = new Date(this.now + 2 * 3_600_000).toISOString();
    await this.on(
      host,
      'PYTHONPATH=/usr/local/lib/insightpulse python3 -B -c "$1" "$2" "$3"',
      program,
      other,
      `${time.slice(0, 19)}Z`,
    );
  }

  /** Starts n8n again, and waits until it listens: who asks nginx before that is told of an error, and the watch counts those. */
  async startN8n(): Promise<void> {
    const listens = `until [ -n "$(ss --no-header -lnt 'sport = :5678')" ]; do sleep 0.1; done`;
    await this.on("erp", 'systemctl start n8n; timeout 60 bash -c "$1"', listens);
  }

  /** Lets time pass, and looks; says what that took, in seconds. */
  async look(host: HostKey, minutesLater = timerMinutes): Promise<number> {
    this.now += minutesLater * minute;
    const began = performance.now();
    await this.on(host, 'insightpulse-watch run --once --as-of "$1"', this.clock());
    return (performance.now() - began) / 1000;
  }

  /** Waits until nginx has written down requests of which a text is part: it writes its lines together, once a second. */
  async written(host: HostKey, service: string, text: string, times = 1): Promise<void> {
    const script = `export log="/var/log/nginx/$1_access.log" text="$2" times="$3"
      timeout 60 bash -c 'until [ "$(grep -cF "$text" "$log")" -ge "$times" ]; do sleep 0.1; done'`;
    await this.on(host, script, service, text, String(times));
  }

  clock(): string {
    return `${new Date(this.now).toISOString().slice(0, 19)}Z`;
  }

  /**
   * Sees something go wrong: the first look says nothing, the second tells people once. Says how long it takes from the
   * fault to the message at most: the timer's five minutes, two looks, and the minute between them.
   */
  async red(host: HostKey, pattern: RegExp, looks = 2, minutesBetween = 1): Promise<number> {
    const before = this.messages().length;
    let seconds = 0;
    await this.#keepOtherAlive(host);
    for (let look = 1; look <= looks; look++) {
      assert.deepEqual(this.since(before, pattern), [], `told at look ${look - 1} already`);
      seconds += await this.look(host, minutesBetween);
    }
    const found = this.since(before, pattern);
    assert.equal(found.length, 1, `no message says ${pattern}: ${this.messages().slice(before).join("\n")}`);
    return timerMinutes * 60 + secondLookSeconds + seconds;
  }

  /** Sees it end: told once, an hour after it was last seen. */
  async green(host: HostKey, pattern: RegExp): Promise<void> {
    const before = this.messages().length;
    await this.#keepOtherAlive(host);
    await this.look(host);
    assert.deepEqual(this.since(before, pattern), [], "told before the hold-down time");
    await this.look(host, 61);
    assert.equal(this.since(before, pattern).length, 1, this.messages().slice(before).join("\n"));
  }

  /** What came to the alert channel so far. */
  messages(): string[] {
    return this.platform.received.slack.all().map(({ message }) => String(message.text));
  }

  /** What came by mail so far: subject and body. */
  mails(): string[] {
    return this.platform.received.mail.all().map(({ message }) => message.replaceAll("=\r\n", ""));
  }

  since(before: number, pattern: RegExp): string[] {
    return this.messages()
      .slice(before)
      .filter((text) => pattern.test(text));
  }

  /** Waits for a message. */
  async message(before: number, pattern: RegExp, seconds = 60): Promise<void> {
    await waitFor(() => this.since(before, pattern).length > 0, `a message that says ${pattern}`, seconds);
  }
}
