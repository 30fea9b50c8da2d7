import { Command } from "commander";
import { days, knownHostsOption, resolverOption } from "../options.ts";

type Actions = typeof import("./report-actions.ts");

/** What they need takes long to load, and no other command needs it. */
const actions = (): Promise<Actions> => import("./report-actions.ts");

/** `report`: everything on one page. */
export function reportCommand(): Command {
  return new Command("report")
    .description(
      "everything on one page: the platform, health, promises, costs, backups, drills, releases, findings",
    )
    .argument("[environment]", "environment that is told of", "prod")
    .option("--out <file>", "write it there, instead of to standard output")
    .option("--markdown", "as Markdown, for a comment under a pull request")
    .option("--json", "what was asked, as one JSON object")
    .option("--days <days>", "how many days back the history goes", days, 30)
    .addOption(resolverOption())
    .addOption(knownHostsOption())
    .addHelpText(
      "after",
      `
One HTML page that needs nothing else: no network, no script; for phones too, light and dark. It asks what doctor, latency,
heartbeat, backup list, releases and cost ask, and changes nothing. What cannot be asked is said in its place with the reason,
and the page is made all the same. No secret is in it, but addresses and names are: it is for those who run the platform.

Examples:
  ./scripts/ops report --out report.html
  ./scripts/ops report staging --markdown --out report.md && ./scripts/ops comment report.md --pull-request 12
  ./scripts/ops report --json | jq '.backups.answer.backups[-1]'`,
    )
    .action(async (...words: Parameters<Actions["report"]>) => (await actions()).report(...words));
}
