import { Command, InvalidArgumentError, Option } from "commander";
import { kitMaxAgeDays } from "../../kit/max-age.ts";
import { knownHostsOption } from "../options.ts";

type Actions = typeof import("./kit-actions.ts");

/** What they need takes long to load, and no other command needs it. */
const actions = (): Promise<Actions> => import("./kit-actions.ts");

/** `kit`: everything that is needed to make the platform anew, in one sealed archive. */
export function kitCommand(): Command {
  return new Command("kit")
    .description("make, prove and open disaster kits: all that the platform can be made anew of, sealed")
    .addHelpText(
      "afterAll",
      `
A kit holds the stack's state, its settings, every secret, the hosts' certificates and account with the authority, and the
images by digest. It lies in both backup buckets, sealed in the age format (https://age-encryption.org) with a passphrase
of its own, which several people hold shares of: any so many of them open it, fewer open nothing. SPACES_ACCESS_KEY_ID and
SPACES_SECRET_ACCESS_KEY open the buckets. docs/runbooks/total-loss.md says what to do with one.

Examples:
  ./scripts/ops kit shares --any 3 --of 5         once: the passphrase, and a share for each of five people
  ./scripts/ops kit make --mirror                 a kit with the images themselves, opened where it was written
  ./scripts/ops kit verify --max-age-days 35      the newest in both buckets: whole, complete, young enough
  ./scripts/ops kit open --copy second --into ~/kit --shares share-1.txt share-4.txt share-5.txt`,
    )
    .addCommand(
      new Command("shares")
        .description("make a new passphrase for kits, and shares of it, which are shown once")
        .argument("[environment]", "environment whose kits they open", "prod")
        .option("--any <count>", "shares that open together", count, 3)
        .option("--of <count>", "shares there are, one for each person", count, 5)
        .option(
          "--into <folder>",
          "write each into a file of its own for its owner alone, instead of showing it",
        )
        .action(async (...words: Parameters<Actions["shares"]>) => (await actions()).shares(...words)),
    )
    .addCommand(
      new Command("make")
        .description(
          "make a kit, write it into both buckets, and open what lies there; ends with 3 where something is missing",
        )
        .argument("[environment]", "environment it is of", "prod")
        .option(
          "--mirror",
          "with the images and repositories themselves: gigabytes, for the day the registries are away",
        )
        .addOption(knownHostsOption())
        .option("--json", "print one JSON object")
        .action(async (...words: Parameters<Actions["make"]>) => (await actions()).make(...words)),
    )
    .addCommand(
      new Command("verify")
        .description(
          "open a kit in both buckets, and say what it lacks; ends with 3 where it lacks something",
        )
        .argument("[environment]", "environment it is of", "prod")
        .option("--at <name>", "kit to prove; the newest when left out")
        .addOption(copyOption())
        .addOption(sharesOption())
        .option("--max-age-days <days>", "how old it may be", count, kitMaxAgeDays)
        .option("--json", "print one JSON object")
        .action(async (...words: Parameters<Actions["verify"]>) => (await actions()).verify(...words)),
    )
    .addCommand(
      new Command("open")
        .description("open a kit into a folder, by shares of its passphrase and nothing else")
        .argument("[environment]", "environment it is of", "prod")
        .requiredOption("--into <folder>", "new folder outside the repository, for its owner alone")
        .option("--at <name>", "kit to open; the newest when left out")
        .addOption(copyOption().default("first"))
        .option("--file <file>", "a kit on this computer, instead of one in a bucket")
        .addOption(sharesOption())
        .option("--json", "print one JSON object")
        .action(async (...words: Parameters<Actions["open"]>) => (await actions()).open(...words)),
    )
    .addCommand(
      new Command("list")
        .description("show the kits there are, the newest first, and which shares open them")
        .argument("[environment]", "environment they are of", "prod")
        .option("--json", "print one JSON object")
        .action(async (...words: Parameters<Actions["list"]>) => (await actions()).list(...words)),
    );
}

function copyOption(): Option {
  return new Option("--copy <copy>", "which bucket: the first, or the second region's").choices([
    "first",
    "second",
  ]);
}

function sharesOption(): Option {
  return new Option(
    "--shares <file...>",
    "files with a share each; left out, the shares are asked for one after the other",
  );
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 3650)
    throw new InvalidArgumentError("a whole number from 1 to 3650.");
  return value;
}
