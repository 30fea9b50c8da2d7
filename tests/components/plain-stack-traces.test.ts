import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { suite, test } from "node:test";
import { execa } from "execa";

const root = resolve(import.meta.dirname, "../..");

/** What a program of its own prints: how stack traces look is one thing for the whole process. */
async function print(program: string, first = true): Promise<string> {
  const file = JSON.stringify(join(root, "components/plain-stack-traces.ts"));
  const source = `${first ? `import ${file};` : ""}${program}`;
  return (await execa(process.execPath, ["--input-type=module", "-e", source], { cwd: root })).stdout;
}

suite("stack traces", () => {
  const failing =
    'function fail() { throw new TypeError("no"); } try { fail(); } catch (e) { console.log(e.stack); }';

  test("of errors are as Node writes them", async () => {
    const withIt = await print(failing);
    assert.match(withIt, /^TypeError: no\n {4}at fail /);
    // The frames of the evaluated file differ by the line that imports the component and by nothing else.
    const strip = (text: string) => text.replaceAll(/:\d+:\d+/g, "");
    assert.equal(strip(withIt), strip(await print(failing, false)));
  });

  test("of promises that the SDK watches are left out", async () => {
    assert.equal(await print("console.log(JSON.stringify(new Error().stack));"), '""');
  });

  test("still tell the engine where a resource is declared", async () => {
    const program = `const { Resource } = await import("@pulumi/pulumi");
      console.log(Resource.callsites().filter(({ line }) => line > 0).length > 0);`;
    assert.equal(await print(program), "true");
  });
});
