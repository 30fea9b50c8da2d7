import type { Unit } from "../bundle.ts";

/**
 * A timer of ours. It starts its service by itself: the services of timers are never started by a change.
 *
 * @param name without `.timer`
 */
export function timer(name: string): Unit {
  return {
    name: `${name}.timer`,
    enabled: true,
    restartOn: [`/etc/systemd/system/${name}.timer`],
    reloadOn: [],
  };
}
