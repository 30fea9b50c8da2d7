import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { installPlugins, type PluginOptions, pluginOf } from "../../sandbox/engine/plugins.ts";
import { writeDemo } from "./support/demo.ts";
import { temporaryFolder, writeFile } from "./support/temporary.ts";

/** Options around an engine that installs from files and can download nothing; `calls` are its plugin commands. */
function setUp(context: TestContext) {
  const folder = temporaryFolder(context);
  const programs = writeDemo(folder);
  const log = join(folder, "calls.log");
  process.env.FAKE_PULUMI_LOG = log;
  context.after(() => {
    delete process.env.FAKE_PULUMI_LOG;
  });
  const notes: string[] = [];
  const standIn = join(folder, "stand-ins/pulumi-resource-demo");
  writeFile(standIn, "#!/bin/sh\n# first place\n", true);
  const options: PluginOptions = {
    engine: join(programs, "pulumi"),
    cache: join(folder, "cache"),
    pulumiHome: join(folder, "home"),
    record: join(folder, "providers.json"),
    standIns: join(folder, "stand-ins"),
    plugins: [{ name: "demo", version: "1.2.3" }],
    choice: "auto",
    report: () => {},
    note: (line) => notes.push(line),
  };
  const calls = () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []);
  const installed = join(folder, "home/plugins/resource-demo-v1.2.3/pulumi-resource-demo");
  return { options, calls, notes, standIn, installed };
}

test("where nothing can be downloaded the stand-in is installed, and that is said", async (context) => {
  const { options, notes, installed, standIn } = setUp(context);
  assert.deepEqual(await installPlugins(options), { demo: "stand-in" });
  assert.deepEqual(notes, ["official providers cannot be downloaded here, so stand-ins are used"]);
  assert.equal(readFileSync(installed, "utf8"), readFileSync(standIn, "utf8"));
});

test("the second time the engine is not asked at all", async (context) => {
  const { options, calls } = setUp(context);
  await installPlugins(options);
  const before = calls();
  assert.deepEqual(await installPlugins(options), { demo: "stand-in" });
  assert.deepEqual(calls(), before);
});

test("a new sandbox on the same machine remembers that there is no network", async (context) => {
  const { options, calls } = setUp(context);
  await installPlugins(options);
  const downloads = () => calls().filter((call) => !call.includes("--file")).length;
  assert.equal(downloads(), 1);
  await installPlugins({
    ...options,
    record: `${options.record}.other`,
    pulumiHome: `${options.pulumiHome}-other`,
  });
  assert.equal(downloads(), 1);
});

test("a repository that has moved gets its pointer rewritten", async (context) => {
  const { options, installed, standIn } = setUp(context);
  await installPlugins(options);
  writeFile(standIn, "#!/bin/sh\n# second place\n", true);
  await installPlugins(options);
  assert.match(readFileSync(installed, "utf8"), /second place/);
});

test("official or nothing fails where they cannot be had, and says how to go on", async (context) => {
  const { options } = setUp(context);
  await assert.rejects(installPlugins({ ...options, choice: "official" }), {
    message: /official provider demo 1\.2\.3 cannot be downloaded/,
    remedy: /--providers stand-in/,
  });
});

test("an official plugin in the cache is used without a download", async (context) => {
  const { options, calls } = setUp(context);
  const official = join(options.cache, "official/plugins/resource-demo-v1.2.3/pulumi-resource-demo");
  writeFile(official, "#!/bin/sh\n", true);
  // The engine installs from a folder; the fake one knows files only, so the kind is checked by what it is asked for.
  await assert.rejects(installPlugins(options));
  assert.deepEqual(calls(), [
    `plugin install resource demo 1.2.3 --reinstall --file ${join(options.cache, "official/plugins/resource-demo-v1.2.3")}`,
  ]);
});

test("a plugin's version is the one its package names, else the package's own", (context) => {
  const folder = temporaryFolder(context);
  const named = writeFile(
    join(folder, "a.json"),
    '{"version":"1.0.0","pulumi":{"name":"a","version":"2.0.0"}}',
  );
  const own = writeFile(join(folder, "b.json"), '{"version":"v4.5.0","pulumi":{"name":"b"}}');
  assert.deepEqual(pluginOf(named), { name: "a", version: "2.0.0" });
  assert.deepEqual(pluginOf(own), { name: "b", version: "4.5.0" });
});
