import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";

/**
 * A folder of the test's own, gone when the test is over.
 *
 * @param before done before it goes: hooks run in the order in which they were set
 */
export function temporaryFolder(test: TestContext, before?: (folder: string) => Promise<unknown>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sandbox-cli-")));
  test.after(async () => {
    await before?.(folder);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Writes a file with its folders; executable where asked. */
export function writeFile(path: string, text: string, executable = false): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  if (executable) chmodSync(path, 0o700);
  return path;
}
