import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { root } from "../../environments.ts";
import { Failure } from "../../failure.ts";
import { plainConfiguration } from "../../plain-configuration.ts";
import { questionsOf } from "../../web/questions.ts";
import { answerAll, introduction, tables } from "../../web/report.ts";
import { print, say } from "../output.ts";

const document = "docs/tls-and-headers.md";

/** `web`: protocols, headers and cookies of an environment's names, measured from here. */
export function webCommand(): Command {
  return new Command("web")
    .description("measure protocols, headers and cookies of an environment against what is stated")
    .argument("[environment]", "environment", "prod")
    .option("--write", `write ${document}`)
    .addHelpText(
      "after",
      `
Asks every name that the hosts' nginx answers for, by openssl and curl, from where it is started. Exits with 1 when
something is not as stated.

Examples:
  ./scripts/ops web prod
  ./scripts/sandbox inside -- ./scripts/ops web prod --write`,
    )
    .action(run);
}

async function run(environment: string, { write }: { readonly write?: true }): Promise<void> {
  const answers = await answerAll(questionsOf(plainConfiguration(environment)));
  const text = tables(answers);
  if (write) {
    const command = `./scripts/sandbox inside -- ./scripts/ops web ${environment} --write`;
    writeFileSync(join(root, document), `${introduction(environment, command)}\n\n${text}\n`);
    say(`${document} is written`);
  } else print(text);
  const wrong = answers.filter(({ isAsStated }) => !isAsStated);
  if (wrong.length > 0) {
    const list = wrong.map(
      ({ host, what, stated, measured }) => `  ${host}, ${what}: ${measured}, and not ${stated}`,
    );
    throw new Failure(`${wrong.length} of ${answers.length} are not as stated:\n${list.join("\n")}`);
  }
  say(`all ${answers.length} are as stated`);
}
