import { Command } from "commander";
import { execa } from "execa";
import { requireEnvironment, root } from "../../environments.ts";
import { Failure } from "../../failure.ts";
import { GitHub } from "../../github/client.ts";
import { doer } from "../../github/run.ts";
import { pinImage } from "../../images/pin.ts";
import { print } from "../output.ts";

/** `pin-image`: says by which digest a service's image runs. */
export function pinImageCommand(): Command {
  return new Command("pin-image")
    .description("write an image's digest into an environment's settings, or open a pull request that does")
    .argument("<service>", "service of the catalogue")
    .argument("<digest>", "what scripts/build-image has printed")
    .argument("[environment]", "environment whose settings they are", "staging")
    .option(
      "--repository <name>",
      "its name in the account's registry; where the service's image comes from at present when left out",
    )
    .option(
      "--pull-request <base>",
      "commit it to a branch of its own, push that, and open a pull request against BASE",
    )
    .addHelpText(
      "after",
      `
An image is delivered as every other change is: reviewed by its pull request, applied by the push that follows.

Examples:
  ./scripts/ops pin-image mcp "$(./scripts/build-image mcp-coordinator ../mcp)" staging
  ./scripts/ops pin-image superset sha256:... staging --repository superset --pull-request develop`,
    )
    .action(run);
}

async function run(
  service: string,
  digest: string,
  environment: string,
  { repository, pullRequest: base }: { readonly repository?: string; readonly pullRequest?: string },
): Promise<void> {
  requireEnvironment(environment);
  const file = pinImage(environment, service, digest, repository);
  if (base === undefined) {
    print(`${file}: ${service} runs by ${digest}`);
    return;
  }
  const title = `${service} in ${environment} runs by ${digest.slice(0, "sha256:".length + 12)}`;
  const branch = `image/${environment}-${service}-${digest.slice("sha256:".length, "sha256:".length + 12)}`;
  const { by, link } = doer();
  const author = ["-c", `user.name=${by}`, "-c", `user.email=${by}@users.noreply.github.com`];
  await git("checkout", "--quiet", "-B", branch);
  await git("add", "--", file);
  await git(...author, "commit", "--quiet", "--message", title);
  await git("push", "--quiet", "--force", "origin", branch);
  const body = `Image \`${digest}\`${link === null ? "" : `, built by ${link}`}.`;
  print(await new GitHub().openPullRequest(title, branch, base, body));
}

async function git(...words: string[]): Promise<void> {
  const { failed, stderr } = await execa("git", words, { cwd: root, reject: false });
  if (failed)
    throw new Failure(`git ${words.find((word) => !word.startsWith("-"))} failed: ${stderr.trim()}`);
}
