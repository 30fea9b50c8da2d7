import { writeFileSync } from "node:fs";
import { requireEnvironment } from "../../environments.ts";
import { Failure } from "../../failure.ts";
import { gatherReport } from "../../report/gather.ts";
import { reportPage } from "../../report/html.ts";
import { reportMarkdown } from "../../report/markdown.ts";
import { reportDocument } from "../../report/sections.ts";
import { resolversIn } from "../options.ts";
import { print, say } from "../output.ts";

interface Options {
  readonly out?: string;
  readonly markdown?: true;
  readonly json?: true;
  readonly days: number;
  readonly resolver: readonly string[] | string;
  readonly knownHosts?: string;
}

/** Makes a report. */
export async function report(environment: string, options: Options): Promise<void> {
  const { out, markdown, json, days, resolver, knownHosts } = options;
  requireEnvironment(environment);
  if (markdown && json) throw new Failure("--markdown and --json are two formats", "leave one of them out");
  const resolvers = resolversIn(resolver);
  const contents = await gatherReport({ environment, days, resolvers, knownHosts });
  const { config: _settings, ...told } = contents;
  const document = reportDocument(contents);
  const text = json
    ? JSON.stringify(told, null, 2)
    : (markdown ? reportMarkdown(document) : reportPage(document)).trimEnd();
  if (out === undefined) print(text);
  else {
    write(out, `${text}\n`);
    say(`${out} has the report of ${environment}`);
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new Failure(`${file} cannot be written: ${(error as Error).message}`);
  }
}
