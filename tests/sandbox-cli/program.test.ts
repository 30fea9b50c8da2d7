import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { execa } from "execa";
import { programVariables } from "../../sandbox/engine/program.ts";
import { loadProject } from "../../sandbox/project.ts";

const folder = mkdtempSync(join(tmpdir(), "program-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const runPath = "PULUMI_LANGUAGE_NODEJS_RUN_PATH";

/** The variables for a project file of this text, or for none. */
function variablesFor(text: string | undefined): Record<string, string> {
  const root = mkdtempSync(join(folder, "project-"));
  if (text !== undefined) writeFileSync(join(root, "Pulumi.yaml"), text);
  return programVariables(root, "/cache");
}

suite("how a program is started", () => {
  test("one that leaves its types to Node is started by our own file, any other as the host likes", () => {
    const withOptions = (options: string) => `name: demo\nruntime: {name: nodejs, options: {${options}}}\n`;
    assert.match(variablesFor(withOptions("typescript: false"))[runPath] ?? "", /run-program\.ts$/);
    for (const text of [withOptions("typescript: true"), withOptions(""), "runtime: nodejs", undefined]) {
      assert.equal(variablesFor(text)[runPath], undefined, text);
    }
  });

  test("this repository's program leaves its types to Node", () => {
    assert.match(programVariables(loadProject().root, "/cache")[runPath] ?? "", /run-program\.ts$/);
  });

  test("the host's wish for its own loader is not passed on, and the program's own SDK gets the arguments", async () => {
    const sdk = join(folder, "node_modules/@pulumi/pulumi/cmd/run");
    mkdirSync(sdk, { recursive: true });
    const say = "console.log(process.env.PULUMI_NODEJS_TYPESCRIPT, ...process.argv.slice(2));";
    writeFileSync(join(sdk, "index.js"), say);
    const { [runPath]: file = "" } = programVariables(loadProject().root, "/cache");
    const options = { cwd: folder, env: { PULUMI_NODEJS_TYPESCRIPT: "true" } };
    const { stdout } = await execa(process.execPath, [file, "--monitor", "here"], options);
    assert.equal(stdout, "undefined --monitor here");
  });
});
