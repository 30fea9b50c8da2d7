import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { suite, test } from "node:test";
import { execa } from "execa";

const root = resolve(import.meta.dirname, "../..");

/** Runs a program of its own, because a package that is loaded stays loaded. */
async function run(program: string): Promise<unknown> {
  const first = `import ${JSON.stringify(join(root, "components/load-on-demand.ts"))};`;
  const list = `const { default: module } = await import("node:module");
    const loaded = () => Object.values(module._cache).map(({ filename }) => filename);
    const size = (name) => loaded().filter((file) => file.includes("/node_modules/" + name + "/")).length;`;
  const source = `${first}${list}${program}`;
  const { stdout } = await execa(process.execPath, ["--input-type=module", "-e", source], { cwd: root });
  return JSON.parse(stdout);
}

suite("what the SDK needs only to serialize functions", () => {
  test("is not loaded by importing the SDK and a provider's package", async () => {
    const program = `await import("@pulumi/pulumi"); await import("@pulumi/digitalocean");
      console.log(JSON.stringify([size("@pulumi/pulumi") > 50, size("@npmcli/arborist"), size("pacote")]));`;
    const [sdk, arborist, pacote] = (await run(program)) as [boolean, number, number];
    // The placeholder itself is one.
    assert.deepEqual([sdk, arborist, pacote], [true, 1, 0]);
  });

  test("is there when it is used", async () => {
    const program = `const pulumi = await import("@pulumi/pulumi"); const more = 41;
      const { text } = await pulumi.runtime.serializeFunction(() => more + 1);
      const paths = await pulumi.runtime.computeCodePaths();
      console.log(JSON.stringify([text, paths.size > 0, size("@npmcli/arborist") > 1]));`;
    const [text, ...rest] = (await run(program)) as [string, boolean, boolean];
    assert.match(text, /exports\.handler = /);
    assert.match(text, /more \+ 1/);
    assert.deepEqual(rest, [true, true]);
  });
});
