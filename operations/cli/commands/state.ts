import { Command } from "commander";

type Actions = typeof import("./state-actions.ts");

/** What they need takes long to load, and no other command needs it. */
const actions = (): Promise<Actions> => import("./state-actions.ts");

/** `state`: copies of the stack's state, and its lock. */
export function stateCommand(): Command {
  return new Command("state")
    .description("keep copies of the stack's state, prove and restore them; see and free its lock")
    .addHelpText(
      "afterAll",
      `
Copies lie in both backup buckets, sealed with the stack's passphrase in the age format (https://age-encryption.org), and
the secrets in them once more by the engine. SPACES_ACCESS_KEY_ID and SPACES_SECRET_ACCESS_KEY open the buckets.
docs/runbooks/state.md tells the whole story.

Examples:
  ./scripts/ops state backup                         a copy, proven, in both buckets
  ./scripts/ops state list staging --json
  ./scripts/ops state verify --at state/prod/20261124T021500Z.json.age
  ./scripts/ops state restore --confirm prod         says what the state would lose, and keeps it first
  ./scripts/ops state lock --free                    of a process that has ended`,
    )
    .addCommand(
      new Command("backup")
        .description("keep a copy of the state, after every secret in it has been opened")
        .argument("[environment]", "environment whose state it is", "prod")
        .option("--json", "print one JSON object")
        .action(async (...words: Parameters<Actions["backup"]>) => (await actions()).backup(...words)),
    )
    .addCommand(
      new Command("verify")
        .description("prove a kept copy: the engine imports it into an empty backend and opens every secret")
        .argument("[environment]", "environment whose state it is", "prod")
        .option("--at <name>", "copy to prove; the newest when left out")
        .option("--json", "print one JSON object")
        .action(async (...words: Parameters<Actions["verify"]>) => (await actions()).verify(...words)),
    )
    .addCommand(
      new Command("restore")
        .description("put a proven copy in the place of the state; a copy of what is there is kept first")
        .argument("[environment]", "environment whose state it is", "prod")
        .option("--at <name>", "copy to restore; the newest when left out")
        .option("--from <file>", "a copy on this computer, out of a disaster kit, instead of one in a bucket")
        .option("--confirm <environment>", "the environment's name, instead of being asked for it")
        .action(async (...words: Parameters<Actions["restore"]>) => (await actions()).restore(...words)),
    )
    .addCommand(
      new Command("list")
        .description("show the copies there are, the newest first")
        .argument("[environment]", "environment whose state it is", "prod")
        .option("--json", "print one JSON object")
        .action(async (...words: Parameters<Actions["list"]>) => (await actions()).list(...words)),
    )
    .addCommand(
      new Command("lock")
        .description("show who has locked the stack, and since when; ends with 3 where somebody has")
        .argument("[environment]", "environment whose stack it is", "prod")
        .option("--free", "free it, where the process that held it has ended")
        .option(
          "--own",
          "free what this computer's ended processes have left, and leave every other: for a run that is cancelled",
        )
        .option("--held-by <user@computer>", "free one of another computer: its owner has been asked")
        .option("--json", "print one JSON object")
        .action(async (...words: Parameters<Actions["lock"]>) => (await actions()).lock(...words)),
    );
}
