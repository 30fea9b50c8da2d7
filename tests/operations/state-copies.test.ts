import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { open, requireOwner, type StateCopy, seal } from "../../operations/state/copy.ts";
import { requireOpen } from "../../operations/state/proof.ts";

const urn = (stack: string, project: string, name: string) =>
  `urn:pulumi:${stack}::${project}::random:index/randomPassword:RandomPassword::${name}`;
const copy = (resources: object[] = []): StateCopy => ({
  ...{ format: "insightpulse-state-1", project: "insightpulse", stack: "prod", settings: "config: {}\n" },
  ...{ takenAt: "2026-11-25T02:00:00.000Z", state: { version: 3, deployment: { resources } } },
});

suite("a sealed copy", () => {
  const original = copy([{ urn: urn("prod", "insightpulse", "generated-n8n-encryption-key") }]);

  test("opens with its passphrase, and shows nothing without", async () => {
    const sealed = await seal(original, "a passphrase");
    assert.match(Buffer.from(sealed).toString("latin1"), /^age-encryption\.org\/v1\n-> scrypt /);
    assert.ok(!Buffer.from(sealed).includes("n8n-encryption-key"));
    assert.deepEqual(await open(sealed, "a passphrase", "it"), original);
    await assert.rejects(open(sealed, "another", "it"), /the passphrase does not open it/);
  });

  test("with one bit turned is damaged, and says so", async () => {
    const sealed = await seal(original, "a passphrase");
    const last = sealed.length - 1;
    sealed[last] = (sealed[last] ?? 0) ^ 1;
    await assert.rejects(open(sealed, "a passphrase", "it"), /it is damaged/);
  });

  test("belongs to the project and stack that every resource in it belongs to", () => {
    requireOwner(original, "insightpulse", "prod");
    assert.throws(() => requireOwner(original, "insightpulse", "staging"), /is of stack prod of project/);
    const renamed = copy([{ urn: urn("staging", "insightpulse", "x") }]);
    assert.throws(() => requireOwner(renamed, "insightpulse", "prod"), /is of stack staging/);
    const foreign = copy([{ urn: urn("prod", "another", "x") }]);
    assert.throws(() => requireOwner(foreign, "insightpulse", "prod"), /of project another/);
  });
});

suite("secrets of a state", () => {
  const mark = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
  const state = (secret: object) => ({
    deployment: {
      resources: [{ urn: urn("prod", "insightpulse", "key"), outputs: { result: { ...mark, ...secret } } }],
    },
  });
  const sealed = state({ ciphertext: "v1:x:y" });

  test("are counted when each has a value, an empty text among them", () => {
    assert.equal(requireOpen(sealed, state({ plaintext: '"value"' })), 1);
    assert.equal(requireOpen(sealed, state({ plaintext: '""' })), 1);
  });

  for (const [name, shown] of Object.entries({
    null: state({ plaintext: "null" }),
    "still encrypted": state({ ciphertext: "v1:x:y" }),
    gone: { deployment: { resources: [] } },
  })) {
    test(`one that is ${name} is named`, () => {
      assert.throws(
        () => requireOpen(sealed, shown),
        /1 of 1 secrets have no value: .*RandomPassword::key\]\.outputs\.result/,
      );
    });
  }
});
