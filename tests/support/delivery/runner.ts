import { readFileSync } from "node:fs";
import { execa } from "execa";
import type { TestSandbox } from "../sandbox.ts";
import { WholeCheckout } from "./checkout.ts";
import { GitHubStandIn, ServicesStandIn, SlackStandIn } from "./stand-ins.ts";
import { type JobResult, type Onlooker, type RunContext, runWorkflow } from "./workflow.ts";

const environment = "staging";
const domain = "staging.insightpulseai.net";

/** What a repository on GitHub gives its runs, with a sandbox in place of the cloud, and stand-ins for the rest. */
export class TestRunner {
  readonly sandbox: TestSandbox;
  readonly github = new GitHubStandIn();
  readonly slack = new SlackStandIn();
  readonly services = new ServicesStandIn();
  readonly checkout: WholeCheckout;
  readonly #variables: Readonly<Record<string, string>>;
  #run = 100;

  private constructor(
    sandbox: TestSandbox,
    checkout: WholeCheckout,
    variables: Readonly<Record<string, string>>,
  ) {
    this.sandbox = sandbox;
    this.checkout = checkout;
    this.#variables = variables;
  }

  static async start(sandbox: TestSandbox): Promise<TestRunner> {
    const { stdout } = await sandbox.run("env", environment);
    const script = 'eval "$1"; exec env -0';
    const listed = await execa("bash", ["-c", script, "bash", stdout]);
    const pairs = listed.stdout.split("\0").filter(Boolean);
    const variables = Object.fromEntries(
      pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
    );
    const runner = new TestRunner(sandbox, await WholeCheckout.make(), variables);
    try {
      await Promise.all([runner.github.start(), runner.slack.start(), runner.services.start(domain)]);
    } catch (error) {
      runner.stop();
      throw error;
    }
    return runner;
  }

  /** Ends the stand-ins and removes the checkout. */
  stop(): void {
    this.github.stop();
    this.slack.stop();
    this.services.stop();
    this.checkout.remove();
  }

  /** `pull_request` of a branch of the repository against `develop`, of what is checked out. */
  review(number = 7): Promise<JobResult> {
    const event = {
      pull_request: {
        number,
        html_url: `https://github.example/owner/name/pull/${number}`,
        head: { repo: { full_name: "owner/name" } },
      },
    };
    return this.run("review", { base_ref: "develop", ref: `refs/pull/${number}/merge`, event });
  }

  /** `push` to `develop` of what is checked out. */
  deliver(onlooker?: Onlooker, inputs: Readonly<Record<string, unknown>> = {}): Promise<JobResult> {
    return this.run("deliver", { ref: "refs/heads/develop", ref_name: "develop" }, { inputs }, onlooker);
  }

  /** One task of one night. */
  nightly(task: string): Promise<JobResult> {
    const matrix = { environment, task };
    return this.run("nightly", { ref: "refs/heads/main", ref_name: "main" }, { matrix });
  }

  /** Runs a workflow's only job. */
  run(
    name: string,
    github: Readonly<Record<string, unknown>>,
    more: Pick<RunContext, "inputs" | "matrix"> = {},
    onlooker?: Onlooker,
  ): Promise<JobResult> {
    this.#run += 1;
    const {
      PULUMI_CONFIG_PASSPHRASE_FILE: file = "",
      PULUMI_BACKEND_URL = "",
      ...variables
    } = this.#variables;
    const { DIGITALOCEAN_TOKEN, SPACES_ACCESS_KEY_ID, SPACES_SECRET_ACCESS_KEY, ...others } = variables;
    const { PULUMI_STACK: _stack, ...machine } = others;
    const secrets = { DIGITALOCEAN_TOKEN, SPACES_ACCESS_KEY_ID, SPACES_SECRET_ACCESS_KEY } as Record<
      string,
      string
    >;
    return runWorkflow(
      this.checkout.folder,
      name,
      {
        ...more,
        github: {
          ...{ actor: "reviewer", repository: "owner/name", server_url: "https://github.example" },
          ...{ run_id: this.#run, api_url: this.github.url, token: this.github.token },
          ...github,
        },
        secrets: {
          ...secrets,
          PULUMI_CONFIG_PASSPHRASE: readFileSync(file, "utf8").trim(),
          SLACK_WEBHOOK_URL: this.slack.url,
        },
        vars: { PULUMI_BACKEND_URL },
        machine: { ...machine, ...this.services.variables },
        outputs: { picture: { "artifact-url": "https://github.example/picture" } },
      },
      onlooker,
    );
  }

  /** Runs `./scripts/ops` of the checkout as an operator does. */
  async ops(...words: string[]) {
    const { exitCode, stdout, stderr } = await execa("./scripts/ops", words, {
      ...{ cwd: this.checkout.folder, reject: false, extendEnv: false },
      env: { ...this.#variables, ...this.services.variables },
    });
    return { exitCode, stdout, printed: `${stderr}\n${stdout}` };
  }
}
