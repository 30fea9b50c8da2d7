import { once } from "node:events";
import { loadConfiguration } from "../../config/load.ts";
import { oldSoftware } from "../../config/tables/old-software.ts";
import { whileAsking } from "../../operations/move/downtime.ts";
import { readStackFile } from "../support/stack-file.ts";

/**
 * Asks services of production by their names, from wherever it runs, until its input ends; then it prints how long each was away.
 * Usage: node asker.ts SERVICE...
 */
const { resolvedServices } = loadConfiguration(readStackFile("prod"));
const asked = resolvedServices.filter(({ name }) => process.argv.slice(2).includes(name));
const ended = once(process.stdin.resume(), "end");
const away = asked.map(async ({ name, url, health }) => {
  const old = oldSoftware[name]?.health;
  const { downtime } = await whileAsking(url, old ? [health, old] : [health], () => ended);
  return [name, downtime] as const;
});
console.log(JSON.stringify(Object.fromEntries(await Promise.all(away))));
