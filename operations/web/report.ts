import type { Question } from "./questions.ts";

/** A question with its answer. */
export interface Answered extends Omit<Question, "measure"> {
  readonly measured: string;
  readonly isAsStated: boolean;
}

/** Asks all of them, one after the other: limits of requests are for visitors as well. */
export async function answerAll(questions: readonly Question[]): Promise<Answered[]> {
  const answered: Answered[] = [];
  for (const { measure, ...question } of questions) {
    const measured = await measure();
    answered.push({ ...question, measured, isAsStated: measured === question.stated });
  }
  return answered;
}

/** The first words of the document, before its tables. */
export function introduction(environment: string, command: string): string {
  return [
    "# TLS, headers and cookies, as stated and as measured",
    `<!-- Made by ${command}; tests/operations/web.test.ts holds its rows against the catalogue. -->`,
    [
      "What `openssl` and `curl` see from outside of every name that the hosts' nginx answers for, beside what the design",
      `states. This is ${environment} in the sandbox, where nginx and OpenSSL are the real ones; the same command measures`,
      "the real names from any computer that reaches them:",
    ].join("\n"),
    `\`\`\`sh\n./scripts/ops web ${environment}                                             # the real one\n${command}\n\`\`\``,
    [
      "What takes a sign-in to be seen is held by tests instead: the sign-on session is `__Secure-sign_on_<environment>`, with",
      "`Path=/; Secure; HttpOnly; SameSite=Lax`, the environment's domain, and an hour until it expires",
      "(`tests/platform/sign-on.test.ts`; [why](decisions/0015-sign-on-by-a-proxy.md)).",
    ].join("\n"),
  ].join("\n\n");
}

/** One table for each name. */
export function tables(answers: readonly Answered[]): string {
  const hosts = [...new Set(answers.map(({ host }) => host))];
  return hosts
    .map((host) => {
      const rows = answers.filter((one) => one.host === host);
      const lines = rows.map(({ what, stated, measured, isAsStated }) =>
        row(what, stated, isAsStated ? measured : `**${measured}**`),
      );
      return [`## ${host}`, "", "| what | stated | measured |", "| --- | --- | --- |", ...lines].join("\n");
    })
    .join("\n\n");
}

function row(...cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
