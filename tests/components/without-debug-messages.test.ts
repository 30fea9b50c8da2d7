import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { suite, test } from "node:test";
import { execa } from "execa";

const root = resolve(import.meta.dirname, "../..");

/** How many messages reach the engine of those that a program of its own sends: the SDK is one for the whole process. */
async function delivered(program: string, env: NodeJS.ProcessEnv = {}): Promise<number> {
  const source = `import ${JSON.stringify(join(root, "components/without-debug-messages.ts"))};
    const pulumi = await import("@pulumi/pulumi");
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) });
    const settings = process.getBuiltinModule("module").createRequire(process.cwd() + "/")("@pulumi/pulumi/runtime/settings");
    let count = 0;
    const log = (_request, done) => { count++; done(); };
    Object.assign(settings, { getEngine: () => ({ log, close() {} }) });
    ${program}
    console.log(count);`;
  const { stdout } = await execa(process.execPath, ["--input-type=module", "-e", source], { cwd: root, env });
  return Number(stdout);
}

suite("messages of the SDK", () => {
  const program =
    'await pulumi.log.debug("one"); await pulumi.log.info("two"); await pulumi.log.warn("three");';

  test("reach the engine, but for those that it would throw away", async () => {
    assert.equal(await delivered(program), 2);
  });

  test("all reach it where they are asked for", async () => {
    assert.equal(await delivered(program, { INSIGHTPULSE_SDK_MESSAGES: "true" }), 3);
  });

  test("about resources are among those that are kept back", async () => {
    const resource =
      'class One extends pulumi.ComponentResource {}; await new One("a:b:C", "one").urn.promise();';
    const kept = await delivered(resource);
    const all = await delivered(resource, { INSIGHTPULSE_SDK_MESSAGES: "true" });
    assert.deepEqual([kept, all > 0], [0, true]);
  });
});
