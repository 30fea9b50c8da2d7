import { z } from "zod";
import { Failure } from "../failure.ts";

const comments = z.array(z.object({ id: z.number(), body: z.string().nullish() }));
const pulls = z.array(z.object({ number: z.number(), head: z.object({ sha: z.string() }) }));
const reviews = z.array(
  z.object({
    state: z.string(),
    commit_id: z.string().nullish(),
    user: z.object({ login: z.string() }).nullish(),
  }),
);
const pageSize = 100;
const answerWithinMs = 30_000;

/**
 * The few calls of GitHub's REST API that deliveries make, for the repository that a run belongs to.
 * https://docs.github.com/en/rest
 */
export class GitHub {
  readonly #api: string;
  readonly #repository: string;
  readonly #token: string;

  /** @throws Failure naming the variables that are missing */
  constructor(variables: NodeJS.ProcessEnv = process.env) {
    const { GITHUB_API_URL: api = "https://api.github.com" } = variables;
    const { GITHUB_REPOSITORY: repository, GITHUB_TOKEN: token } = variables;
    if (!repository || !token)
      throw new Failure(
        "GITHUB_REPOSITORY and GITHUB_TOKEN are not both set",
        "export GITHUB_REPOSITORY=owner/name and a GITHUB_TOKEN that may write pull requests",
      );
    this.#api = api.replace(/\/$/, "");
    this.#repository = repository;
    this.#token = token;
  }

  /** Writes the comment that begins with this mark, or makes it where there is none yet. */
  async writeComment(pullRequest: number, mark: string, body: string): Promise<"made" | "updated"> {
    const known = await this.#commentWith(pullRequest, mark);
    if (known === undefined) {
      await this.#call("POST", `issues/${pullRequest}/comments`, { body });
      return "made";
    }
    await this.#call("PATCH", `issues/comments/${known}`, { body });
    return "updated";
  }

  async #commentWith(pullRequest: number, mark: string): Promise<number | undefined> {
    for (let page = 1; ; page += 1) {
      const path = `issues/${pullRequest}/comments?per_page=${pageSize}&page=${page}`;
      const found = comments.parse(await this.#call("GET", path));
      const own = found.find(({ body }) => body?.startsWith(mark));
      if (own !== undefined || found.length < pageSize) return own?.id;
    }
  }

  /** Opens a pull request, and gives its address. */
  async openPullRequest(title: string, head: string, base: string, body: string): Promise<string> {
    const answer = await this.#call("POST", "pulls", { title, head, base, body });
    return z.object({ html_url: z.string() }).parse(answer).html_url;
  }

  /**
   * Makes sure that somebody has approved an open pull request of a branch, as it is at this commit, and nobody objects.
   *
   * @throws Failure when it is otherwise
   */
  async requireApproval(branch: string, commit: string): Promise<void> {
    const [owner] = this.#repository.split("/");
    const head = encodeURIComponent(`${owner}:${branch.replace(/^refs\/heads\//, "")}`);
    const open = pulls.parse(await this.#call("GET", `pulls?state=open&head=${head}`));
    for (const { number } of open.filter(({ head: { sha } }) => sha === commit)) {
      const given = reviews.parse(await this.#call("GET", `pulls/${number}/reviews?per_page=${pageSize}`));
      // The last word of each person counts; a comment is no word.
      const last = new Map(
        given
          .filter(
            ({ state, commit_id: of }) =>
              state === "CHANGES_REQUESTED" || (state === "APPROVED" && of === commit),
          )
          .map(({ user, state }) => [user?.login, state]),
      );
      const words = [...last.values()];
      if (words.includes("APPROVED") && !words.includes("CHANGES_REQUESTED")) return;
    }
    throw new Failure(
      `no open pull request of ${branch} is approved at ${commit.slice(0, 12)}`,
      "open one, have it approved, and start this again",
    );
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${this.#api}/repos/${this.#repository}/${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${this.#token}`,
        "x-github-api-version": "2022-11-28",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      signal: AbortSignal.timeout(answerWithinMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (answer.ok) return answer.json();
    const said = z.object({ message: z.string() }).safeParse(await answer.json().catch(() => undefined));
    throw new Failure(
      `GitHub answered ${answer.status} to ${method} ${path}: ${said.data?.message ?? answer.statusText}`,
      answer.status === 403 ? "the job needs the permission pull-requests: write" : undefined,
    );
  }
}
