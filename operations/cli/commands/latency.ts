import { Command } from "commander";
import { requireEnvironment } from "../../environments.ts";
import { convergedHosts } from "../../hosts/stack.ts";
import { historyOf } from "../../watch/ask-history.ts";
import { type HistorySummary, summarise } from "../../watch/history.ts";
import { days, knownHostsOption } from "../options.ts";
import { print, printJson, table } from "../output.ts";

/** `latency`: how fast and how often everything has answered. */
export function latencyCommand(): Command {
  return new Command("latency")
    .description("show how fast and how often every service has answered, against what was promised")
    .argument("[environment]", "environment whose hosts are asked", "prod")
    .option("--days <days>", "how many days back", days, 30)
    .addOption(knownHostsOption())
    .option("--json", "print one JSON object, with a line for each day")
    .addHelpText(
      "after",
      `
Asks each host for the history that its watch keeps for thirteen months: times of pages, of answers to programs and of files
from nginx's logs, queries from pg_stat_statements (calls by the mean of their statement: PostgreSQL keeps no other), and how
often names answered. Today is in it so far as it goes. Shown are the worst day's p95 in milliseconds, and for uptime the
share of all looks.

Examples:
  ./scripts/ops latency
  ./scripts/ops latency prod --days 395 --json`,
    )
    .action(run);
}

interface Options {
  readonly days: number;
  readonly json?: true;
  readonly knownHosts?: string;
}

async function run(environment: string, { days: back, json, knownHosts }: Options): Promise<void> {
  requireEnvironment(environment);
  const hosts = await convergedHosts(environment);
  const lines = (await Promise.all(hosts.map((host) => historyOf(host, back, knownHosts)))).flat();
  const summary = summarise(lines);
  if (json) printJson({ environment, summary, lines });
  else
    print(
      table(
        [["service", "what", "days", "count", "p95 or %", "target", "days met"], ...summary.map(row)],
        new Set([2, 3, 4, 5, 6]),
      ).join("\n"),
    );
}

function row({ what, kind, days: known, count, value, target, daysMet, unknown }: HistorySummary): string[] {
  const shown = value === null ? "" : kind === "uptime" ? value.toFixed(3) : value.toFixed(1);
  const met = target === null ? "" : `${daysMet} of ${known}`;
  return [
    what,
    kind,
    String(known),
    String(count),
    unknown ?? shown,
    target === null ? "" : String(target),
    met,
  ];
}
