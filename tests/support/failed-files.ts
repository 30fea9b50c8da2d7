import type { TestEvent } from "node:test/reporters";

/** A reporter that writes only the test files in which something failed, a line for each failure. */
export default async function* failedFiles(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    if (type !== "test:fail") continue;
    // A test may stand in a file that the test file imports: what can be run again is the latter.
    const { entryFile, file } = data as { readonly entryFile?: string; readonly file?: string };
    yield `${entryFile ?? file ?? "(no file)"}\n`;
  }
}
