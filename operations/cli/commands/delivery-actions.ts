import { readFileSync, writeFileSync } from "node:fs";
import { countOf } from "../../changes/classed.ts";
import { type Assessment, assess, costOf } from "../../delivery/assessment.ts";
import { reviewComment, withPicture } from "../../delivery/comment.ts";
import { deliver } from "../../delivery/deliver.ts";
import { resourceGraph } from "../../delivery/graph.ts";
import { graphDiagram } from "../../delivery/graph-diagram.ts";
import { graphPicture } from "../../delivery/graph-picture.ts";
import { keepReview } from "../../delivery/reviews.ts";
import { environments, requireEnvironment } from "../../environments.ts";
import { Failure } from "../../failure.ts";
import { checkedOut } from "../../git.ts";
import { GitHub } from "../../github/client.ts";
import { doer } from "../../github/run.ts";
import { formatReleases } from "../../releases/format.ts";
import { releasesOf } from "../../releases/history.ts";
import { print, printJson, say, table } from "../output.ts";

const refused = 1;
const unwell = 3;

interface ReviewOptions {
  readonly against?: string;
  readonly record?: true;
  readonly link?: string;
  readonly comment?: string;
  readonly picture?: string;
  readonly json?: true;
}

/** Shows what a delivery would change. */
export async function review(environment: string, options: ReviewOptions): Promise<void> {
  requireEnvironment(environment);
  const { against, record, link, comment, picture, json } = options;
  const assessment = await assess(environment);
  const { preview, changes, changeSet } = assessment;
  const bill = await costOf(environment, against);
  const revision = await checkedOut();
  const graph = resourceGraph(preview.steps, preview.plan, changes);
  const diagram = graphDiagram(graph);
  if (picture !== undefined)
    writeFileSync(picture, graphPicture(`${environment} at ${revision.commit}`, graph));
  if (comment !== undefined)
    writeFileSync(comment, reviewComment({ assessment, bill, against, diagram, commit: revision.commit }));
  if (record && changeSet !== undefined) {
    const { by, link: run } = doer();
    const kept = { ...changeSet, ...revision, environment, by, link: link ?? run };
    await keepReview({ format: "insightpulse-review-1", reviewedAt: new Date().toISOString(), ...kept });
    say(`recorded: ${changeSet.digest} of ${environment}`);
  }
  const { findings, errors, warnings } = preview;
  const digest = changeSet?.digest ?? null;
  if (json) printJson({ environment, ...revision, digest, changes, findings, errors, warnings, bill });
  else print(told(assessment));
  if (!preview.succeeded) process.exitCode = refused;
}

function told({ environment, preview, changes, changeSet }: Assessment): string {
  const rows = changes.map(({ effect, holds, name, differences, loss }) => [
    ...[`  ${effect}`, name, holds === "nothing" ? "stateless" : holds === "data" ? "holds data" : holds],
    [differences.join(", "), loss && `with it goes ${loss}`].filter(Boolean).join("; "),
  ]);
  return [
    `${environment}: ${countOf(changes)}`,
    ...table(rows, new Set()),
    ...preview.findings.map(({ rule, message }) => `  policy ${rule}: ${message}`),
    ...preview.errors.map((message) => `  refused: ${message}`),
    ...(changeSet === undefined ? [] : [`  ${changeSet.digest}`]),
  ].join("\n");
}

/** Puts a review under its pull request. */
export async function comment(
  file: string,
  { pullRequest, picture }: { readonly pullRequest: string; readonly picture?: string },
): Promise<void> {
  const number = Number(pullRequest);
  if (!Number.isInteger(number) || number < 1)
    throw new Failure(`"${pullRequest}" is no pull request's number`, "--pull-request 12");
  const text = withPicture(readFileSync(file, "utf8"), picture || undefined);
  const [mark = ""] = text.split("\n");
  if (!/^<!-- insightpulse (?:review|report): /.test(mark))
    throw new Failure(
      `${file} is no comment that review or report has written`,
      "./scripts/ops review --comment FILE",
    );
  print(`comment ${await new GitHub().writeComment(number, mark, text)}`);
}

interface DeliverOptions {
  readonly reviewed?: string;
  readonly wait: number;
  readonly healthWithin: number;
  readonly withoutHealth?: true;
  readonly knownHosts?: string;
  readonly json?: true;
}

/** Applies what was reviewed. */
export async function runDelivery(environment: string, options: DeliverOptions): Promise<void> {
  requireEnvironment(environment);
  const { reviewed, wait, healthWithin, withoutHealth, knownHosts, json } = options;
  const release = await deliver(environment, {
    ...(reviewed === undefined ? {} : { reviewed }),
    ...{ waitMinutes: wait, healthMinutes: withoutHealth ? null : healthWithin, knownHosts, say },
  });
  if (json) printJson(release);
  else if (release !== null) print(formatReleases(environment, [release]));
  if (release?.result === "unhealthy") process.exitCode = unwell;
}

/** Shows what runs where. */
export async function showReleases(
  named: readonly string[],
  { json }: { readonly json?: true },
): Promise<void> {
  for (const environment of named) requireEnvironment(environment);
  const chosen = named.length > 0 ? [...new Set(named)] : environments();
  const found = await Promise.all(
    chosen.map(async (environment) => ({ environment, releases: await releasesOf(environment) })),
  );
  if (json) printJson({ environments: found });
  else print(found.map(({ environment, releases }) => formatReleases(environment, releases)).join("\n\n"));
}
