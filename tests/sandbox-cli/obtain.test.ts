import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../sandbox/engine/failure.ts";
import { obtain, type Probes } from "../../sandbox/engine/obtain.ts";
import type { Tool } from "../../sandbox/engine/tool.ts";

const built: Tool = { folder: "/cache/built", version: "3.259.0", origin: "built from source" };
const downloaded: Tool = { folder: "/cache/downloaded", version: "3.270.0", origin: "downloaded" };
const cached: Tool = { folder: "/cache/built", version: "3.259.0", origin: "cached, built from source" };

/** Ways that all end in nothing, unless a test says otherwise. */
function probes(given: Partial<Probes>) {
  const notes: string[] = [];
  const asked: string[] = [];
  const all: Probes = {
    name: "pulumi",
    oldest: "3.220.0",
    onPath: async () => undefined,
    cached: () => undefined,
    download: async () => {
      asked.push("download");
      throw new Failure("trying\ngetaddrinfo ENOTFOUND");
    },
    build: async () => {
      asked.push("build");
      return built;
    },
    exclusively: (work) => work(),
    report: () => {},
    note: (line) => notes.push(line),
    ...given,
  };
  return { all, notes, asked };
}

test("one on PATH that is new enough is taken, and nothing else is tried", async () => {
  const { all, asked } = probes({
    onPath: async () => ({ folder: "/usr/bin", version: "3.220.0", missing: [] }),
  });
  assert.deepEqual(await obtain(all), { folder: "/usr/bin", version: "3.220.0", origin: "found on PATH" });
  assert.deepEqual(asked, []);
});

test("one on PATH that is too old is left, with the reason", async () => {
  const { all, notes } = probes({
    onPath: async () => ({ folder: "/usr/bin", version: "3.99.9", missing: [] }),
    cached: () => cached,
  });
  assert.equal(await obtain(all), cached);
  assert.deepEqual(notes, [
    "pulumi in /usr/bin is not used: it is version 3.99.9, and 3.220.0 or newer is needed",
  ]);
});

test("one on PATH without its language host is left, with the reason", async () => {
  const { all, notes } = probes({
    onPath: async () => ({ folder: "/usr/bin", version: "3.300.0", missing: ["pulumi-language-nodejs"] }),
    cached: () => cached,
  });
  assert.equal(await obtain(all), cached);
  assert.match(notes.join(), /pulumi-language-nodejs is not beside it/);
});

test("where any version will do, an unknown one on PATH is taken", async () => {
  const { oldest: _, ...rest } = probes({}).all;
  const anyVersion = {
    ...rest,
    onPath: async () => ({ folder: "/usr/bin", version: "unknown", missing: [] }),
  };
  assert.equal((await obtain(anyVersion)).origin, "found on PATH");
});

test("a cached one is taken without download or build", async () => {
  const { all, asked } = probes({ cached: () => cached });
  assert.equal(await obtain(all), cached);
  assert.deepEqual(asked, []);
});

test("a download that works saves the build", async () => {
  const { all, asked } = probes({ download: async () => downloaded });
  assert.equal(await obtain(all), downloaded);
  assert.deepEqual(asked, []);
});

test("a download that fails leads to the build, and is told in one line", async () => {
  const { all, asked, notes } = probes({});
  assert.equal(await obtain(all), built);
  assert.deepEqual(asked, ["download", "build"]);
  assert.deepEqual(notes, ["pulumi could not be downloaded: getaddrinfo ENOTFOUND"]);
});

test("without a compiler the failure says what to install", async () => {
  const { all } = probes({
    build: async () => {
      throw new Failure("no Go compiler on PATH", "install Go 1.25 or newer");
    },
  });
  await assert.rejects(obtain(all), {
    message: "no Go compiler on PATH",
    remedy: "install Go 1.25 or newer",
  });
});

test("what another run finished while this one waited is taken, not made again", async () => {
  let finished = false;
  const { all, asked } = probes({
    cached: () => (finished ? cached : undefined),
    exclusively: (work) => {
      finished = true;
      return work();
    },
  });
  assert.equal(await obtain(all), cached);
  assert.deepEqual(asked, []);
});
