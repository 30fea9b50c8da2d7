import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Failure } from "../../../operations/failure.ts";
import { planApp, servesAsRecorded } from "../../../operations/rollback/apps.ts";
import { differingPaths } from "../../../operations/rollback/earlier-inputs.ts";
import { withApps } from "../../../operations/rollback/record-in-state.ts";
import type { RunningApp } from "../../../operations/rollback/running.ts";
import type { Part } from "../../../operations/rollback/settings.ts";
import { configuration } from "../../host/support/render.ts";
import { release } from "./samples.ts";

/** As the engine shows a secret. */
const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});

const urn = "urn:pulumi:staging::insightpulse::digitalocean:index/app:App::app-mcp-app";
const image = (tag: string) => ({ registryType: "DOCR", repository: "mcp-coordinator", tag }) as const;
const inputs = (tag: string, password: string) => ({
  spec: {
    name: "mcp-staging",
    services: [{ name: "mcp", image: image(tag), envs: [{ key: "PASSWORD", value: secret(password) }] }],
    jobs: [{ name: "before-deployment", kind: "PRE_DEPLOY", image: image(tag) }],
  },
});
const name = (tag: string) => `registry.digitalocean.com/fin-workspace/mcp-coordinator:${tag}`;

/** A deployment by its name, that is over and well. */
const deployed = (id: string, repeats = "") => ({
  ...{ id, phase: "ACTIVE", created_at: "2026-11-26T02:00:00Z", cause: "", cloned_from: repeats },
  spec: { name: id } as unknown,
});

suite("an app goes back", () => {
  const config = configuration({ stack: "staging" });
  const past = release(1, { images: { mcp: image("1") }, deployments: { "app-mcp-app": "first" } });
  const running: RunningApp = {
    ...{ service: "mcp", name: "app-mcp-app", urn, id: "app-id", isOwned: true },
    ...{ image: name("2"), deployment: "second", inputs: inputs("2", "same") },
  };
  const newest = release(2, { images: { mcp: image("2") }, deployments: { "app-mcp-app": "second" } });

  /** A platform on which the second deployment serves, and whose verdict is this. */
  const platform = (verdict: object = {}, pinned: string | null = null, active = "second") => ({
    app: async () => ({ active, pinned }),
    deployment: async (_app: string, id: string) => ({
      ...deployed(id, id.startsWith("repeats-") ? id.slice("repeats-".length) : ""),
    }),
    mayRollBack: async () => ({ valid: true, warnings: [], ...verdict }),
  });

  const plan = (
    app: Partial<RunningApp> = {},
    on = platform(),
    earlier: unknown = inputs("1", "same"),
    to = past,
    part: Part = "app",
  ) =>
    planApp(
      { ...running, ...app },
      {
        release: to,
        from: newest,
        part,
        config,
        platform: on,
        earlier: async () => () => earlier ?? undefined,
      },
    );

  test("by the platform's deployment of then, where nothing but the image has changed", async () => {
    const { from, to, way } = await plan();
    assert.deepEqual([from, to], [name("2"), name("1")]);
    assert.deepEqual(way, { kind: "deployment", deployment: "first", isBegun: false, warnings: [] });
  });

  test("not at all where it runs that already", async () => {
    assert.deepEqual((await plan({ image: name("1") })).way, { kind: "there" });
  });

  test("by a deployment anew where a secret was changed since: the one of then may open nothing any more", async () => {
    const { way } = await plan({}, platform(), inputs("1", "before"));
    assert.deepEqual(way, {
      kind: "specification",
      because: "spec.services[0].envs[0].value changed since, and stays as it is now",
    });
  });

  test("by a deployment anew where nobody knows what it was given, or the platform has nothing to repeat", async () => {
    assert.equal((await plan({}, platform(), null)).way.kind, "specification");
    const refused = platform({ valid: false, error: { code: "expired", message: "it is too old" } });
    assert.deepEqual((await plan({}, refused)).way, { kind: "specification", because: "it is too old" });
    const gone = {
      ...platform(),
      mayRollBack: () => Promise.reject(new Failure("DigitalOcean answered 404")),
    };
    assert.deepEqual((await plan({}, gone)).way, {
      kind: "specification",
      because: "DigitalOcean answered 404",
    });
  });

  test("further, where the platform has begun it; never over a way back of somebody else", async () => {
    const begun = await plan({ image: name("1") }, platform({}, "repeats-first"));
    assert.deepEqual(begun.way, { kind: "deployment", deployment: "first", isBegun: true, warnings: [] });
    const foreign = await plan({}, platform({}, "repeats-other"));
    assert.equal(foreign.way.kind, "blocked");
  });

  test("by the platform alone where the stack leaves it as it was found", async () => {
    const found = { isOwned: false, image: null };
    const never = () => assert.fail("its variables are nobody's business");
    const around = {
      release: past,
      from: newest,
      part: "all" as const,
      config,
      platform: platform(),
      earlier: never,
    };
    const { from, to, way } = await planApp({ ...running, ...found }, around);
    assert.deepEqual([from, to, way.kind], ["second", "first", "deployment"]);
    assert.equal((await plan(found, platform({}, null, "first"))).way.kind, "there");
    assert.equal((await plan(found, platform({}, null, "repeats-first"))).way.kind, "there");
    assert.equal((await plan(found, platform({ valid: false }))).way.kind, "blocked");
    assert.equal((await plan(found, platform(), undefined, release(1))).way.kind, "stays");
  });
});

suite("an app that somebody has deployed past the stack", () => {
  const config = configuration({ stack: "staging" });
  const [first, second] = [1, 2].map((number) =>
    release(number, {
      images: { mcp: image(String(number)) },
      deployments: { "app-mcp-app": `of-${number}` },
    }),
  );
  assert.ok(first && second);
  const app = { service: "mcp", name: "app-mcp-app", urn, id: "app-id", inputs: inputs("2", "same") };
  const found: RunningApp = { ...app, isOwned: false, image: null, deployment: null };
  const owned: RunningApp = { ...app, isOwned: true, image: name("2"), deployment: "of-2" };

  /** A platform that serves a deployment by hand, of this content. */
  const platform = (content: object = { spec: { tag: "by hand" } }, active = "by-hand") => ({
    app: async () => ({ active, pinned: null }),
    deployment: async (_app: string, id: string) => ({
      ...deployed(id),
      ...(id === "by-hand" ? { created_at: "2026-11-26T03:00:00Z", cause: "manual", ...content } : {}),
    }),
    mayRollBack: async () => ({ valid: true, warnings: [] }),
  });
  const plan = (one: RunningApp, part: Part, on = platform(), to = first) =>
    planApp(one, {
      ...{ release: to, from: second, part, config, platform: on },
      earlier: async () => () => inputs("1", "same"),
    });

  for (const [whose, one] of [
    ["left as it was found", found],
    ["deployed by the stack", owned],
  ] as const) {
    test(`${whose}: stays when everything goes back, and says what would be lost and how it goes back too`, async () => {
      const { way, past } = await plan(one, "all");
      assert.equal(way.kind, "kept");
      assert.equal(
        "because" in way && way.because,
        `somebody has deployed by-hand past the stack at 2026-11-26T03:00:00Z (manual), after the release ${second.name}: ` +
          "that is not undone unasked; ./scripts/ops rollback app staging takes mcp back too",
      );
      assert.deepEqual(past, { deployment: "by-hand", at: "2026-11-26T03:00:00Z", cause: "manual" });
    });

    test(`${whose}: goes back when apps are named, and what goes with it is known`, async () => {
      const { way, past } = await plan(one, "app");
      assert.deepEqual([way.kind, past?.deployment], ["deployment", "by-hand"]);
    });

    test(`${whose}: what the platform has deployed once more without any difference is nobody's`, async () => {
      const { way, past } = await plan(one, "all", platform(deployed("of-2")));
      assert.deepEqual([way.kind, past], ["deployment", null]);
      const rebuilt = { ...deployed("of-2"), services: [{ name: "mcp", source_commit_hash: "another" }] };
      assert.equal((await plan(one, "all", platform(rebuilt))).way.kind, "kept");
    });
  }

  test("is left alone too where the platform has forgotten what served before", async () => {
    const on = platform();
    const forgetful = {
      ...on,
      deployment: (id: string, one: string) =>
        one === "of-2" ? Promise.reject(new Failure("DigitalOcean answered 404")) : on.deployment(id, one),
    };
    assert.equal((await plan(found, "all", forgetful)).way.kind, "kept");
  });

  test("of the stack's, with the image of then in the state: it is not as it was then for all that", async () => {
    const one = { ...owned, image: name("1") };
    assert.equal((await plan(one, "all")).way.kind, "kept");
    assert.equal((await plan(one, "app")).way.kind, "deployment");
    const refusing = { ...platform(), mayRollBack: async () => ({ valid: false, warnings: [] }) };
    const { way } = await plan(one, "app", refusing);
    assert.equal(way.kind, "blocked");
    assert.match("because" in way ? way.because : "", /pulumi up --stack staging --refresh --target/);
  });
});

test("an app that its owner has deployed since serves no release's deployment any more, and none of the stack's counts", async () => {
  const app = {
    ...{ service: "mcp", name: "app-mcp-app", urn, id: "app-id", image: null, deployment: null, inputs: {} },
  };
  const platform = (active: string | null, clonedFrom = "") => ({
    app: async () => ({ active, pinned: null }),
    deployment: async (_app: string, id: string) => deployed(id, clonedFrom),
    mayRollBack: async () => ({ valid: true, warnings: [] }),
  });
  const serves = async (on: ReturnType<typeof platform>, isOwned = false) =>
    (await servesAsRecorded([{ ...app, isOwned }], on))({ deployments: { "app-mcp-app": "first" } });
  assert.equal(await serves(platform("first")), true);
  assert.equal(await serves(platform("third", "first")), true);
  assert.equal(await serves(platform("second")), false);
  assert.equal(await serves(platform("second"), true), true);
  assert.equal(await serves(platform(null)), true);
  const silent = { ...platform("second"), app: () => Promise.reject(new Failure("nobody answers")) };
  assert.equal(await serves(silent), true);
  assert.equal(
    (await servesAsRecorded([{ ...app, isOwned: false }], platform("second")))({ deployments: {} }),
    true,
  );
});

test("inputs differ where a value does, secrets opened, whatever a provider adds", () => {
  const one = { a: [{ b: 1, c: secret("x") }], d: "e" };
  assert.deepEqual(differingPaths(one, { ...one, __defaults: ["d"] }), []);
  assert.deepEqual(differingPaths(one, { a: [{ b: 2, c: secret("y") }] }), ["a[0].b", "a[0].c", "d"]);
  assert.deepEqual(differingPaths({ a: secret("x") }, { a: "x" }), []);
  assert.deepEqual(differingPaths({ a: secret([{ b: 1 }]) }, { a: [{ b: secret(2) }] }), ["a[0].b"]);
  assert.deepEqual(differingPaths({ a: [1] }, { a: { 0: 1 } }), ["a"]);
});

suite("what the platform has done is written into the state", () => {
  const resource = (service: object) => ({
    ...{ urn, inputs: { spec: { services: [service] } }, id: "app-id" },
    outputs: { spec: { services: [service] }, activeDeploymentId: "second", liveUrl: "https://x" },
  });
  const other = { urn: "urn:pulumi:staging::insightpulse::other", outputs: { a: 1 } };
  const state = (service: object) => ({
    version: 3,
    deployment: { manifest: {}, resources: [other, resource(service)] },
  });
  const before = { name: "mcp", httpPort: 3000, image: { ...image("2"), __defaults: [] } };

  test("the image of what runs before it too, and of no other part", () => {
    const part = (name: string, tag: string) => ({ name, image: image(tag) });
    const spec = (tag: string) => ({
      services: [part("mcp", tag), part("beside", "2")],
      jobs: [part("before-deployment", tag), part("another", "2")],
    });
    const made = (tag: string, more = {}) => ({
      deployment: {
        resources: [{ urn, inputs: { spec: spec(tag) }, outputs: { spec: spec(tag), ...more } }],
      },
    });
    const app = { urn, service: "mcp", deployment: "third", image: image("1") };
    const expected = made("1", { activeDeploymentId: "third" });
    assert.deepEqual(withApps(made("2"), [app]), expected);
  });

  test("image and deployment, and nothing else", () => {
    const digested = { registryType: "DOCR", repository: "mcp-coordinator", digest: "sha256:0" } as const;
    const app = { urn, service: "mcp", deployment: "third", image: digested };
    const after = { ...before, image: { ...digested, __defaults: [] } };
    const expected = state(after);
    const made = expected.deployment.resources[1] as ReturnType<typeof resource>;
    made.outputs.activeDeploymentId = "third";
    assert.deepEqual(withApps(state(before), [app]), expected);
  });

  test("into a list that a provider has made one secret, which it stays", () => {
    const part = (tag: string) => [{ name: "mcp", image: image(tag), envs: [{ key: "KEY", value: "kept" }] }];
    const made = (tag: string) => ({
      deployment: {
        resources: [
          {
            ...{ urn, inputs: { spec: { services: secret(part(tag)) } } },
            outputs: { spec: { services: secret(part(tag)) }, activeDeploymentId: "third" },
          },
        ],
      },
    });
    const app = { urn, service: "mcp", deployment: "third", image: image("1") };
    assert.deepEqual(withApps(made("2"), [app]), made("1"));
  });

  test("the deployment alone, where the specification is not the stack's", () => {
    const expected = state(before);
    (expected.deployment.resources[1] as ReturnType<typeof resource>).outputs.activeDeploymentId = "third";
    const app = { urn, service: "mcp", deployment: "third", image: null };
    assert.deepEqual(withApps(state(before), [app]), expected);
  });

  test("never into something that is not as expected", () => {
    const app = { urn, service: "mcp", deployment: "third", image: image("1") };
    assert.throws(
      () => withApps({ deployment: { resources: [{ urn, inputs: { spec: secret("?") } }] } }, [app]),
      /the app mcp is not in the state as it was expected/,
    );
  });
});
