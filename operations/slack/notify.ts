import { Failure } from "../failure.ts";
import type { Doer } from "../github/run.ts";

/** How a run ended, in GitHub's words. */
export type Outcome = "success" | "failure" | "cancelled";

/** What is told. */
export interface News extends Doer {
  readonly title: string;
  readonly outcome: Outcome;
  /** Commit it was of, with its address where it has one. */
  readonly commit: string;
  readonly commitLink: string | null;
  /** More, as plain text. */
  readonly details: string;
}

const signs: Readonly<Record<Outcome, string>> = {
  success: ":white_check_mark:",
  failure: ":x:",
  cancelled: ":warning:",
};

/** Slack cuts longer texts off, in the middle of a word. */
const mostDetails = 2500;
const answerWithinMs = 15_000;

/** The message, in Slack's own markup, with links to the run and the commit. */
export function messageOf({ title, outcome, by, link, commit, commitLink, details }: News): string {
  const run = link === null ? "" : `, <${link}|run>`;
  const short = commit.slice(0, 12);
  const of = commitLink === null ? short : `<${commitLink}|${short}>`;
  const text = details.trim();
  const shown = text.length > mostDetails ? `${text.slice(0, mostDetails)}\n...` : text;
  const head = `${signs[outcome]} *${escaped(title)}*: ${outcome} (${of} by ${escaped(by)}${run})`;
  return shown === "" ? head : `${head}\n\`\`\`\n${escaped(shown)}\n\`\`\``;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * Posts a message.
 *
 * @param webhook address of the channel's incoming webhook; whoever has it can post, so it stands in no error
 */
export async function post(webhook: string, text: string): Promise<void> {
  let answer: Response;
  try {
    answer = await fetch(webhook, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text }),
      signal: AbortSignal.timeout(answerWithinMs),
    });
  } catch {
    throw new Failure("Slack could not be reached", "look whether SLACK_WEBHOOK_URL is a webhook's address");
  }
  if (!answer.ok)
    throw new Failure(
      `Slack answered ${answer.status}: ${(await answer.text()).slice(0, 100)}`,
      "make a new incoming webhook in the app's settings and set SLACK_WEBHOOK_URL",
    );
}
