import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { driftIn } from "../../operations/cloud/drift.ts";

interface Refreshed {
  readonly op: string;
  readonly type?: string;
  readonly old?: object;
  readonly new?: object;
  readonly diff?: Readonly<Record<string, string>>;
}

const record = "digitalocean:index/dnsRecord:DnsRecord";
const app = "digitalocean:index/app:App";
const covered = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};

/** What the engine says of one resource after a refresh that changes nothing. */
function drift({ op, type = record, old = {}, new: now = {}, diff = {} }: Refreshed) {
  const metadata = {
    ...{ op, type, urn: `urn:pulumi:prod::insightpulse::group:Group$${type}::it's`, old: { outputs: old } },
    ...{ new: { outputs: now }, diffs: Object.keys(diff) },
    detailedDiff: Object.fromEntries(Object.entries(diff).map(([path, diffKind]) => [path, { diffKind }])),
  };
  return driftIn("prod", `${JSON.stringify({ resOutputsEvent: { metadata } })}\nnot an event`);
}

suite("drift of the cloud", () => {
  test("is told by property, with what it is and should be, and a command that can be pasted", () => {
    const [found] = drift({
      op: "update",
      old: { value: "192.0.2.1" },
      new: { value: "192.0.2.9" },
      diff: { value: "update" },
    });
    assert.deepEqual(found?.differences, [
      { what: "value", how: 'is "192.0.2.9" and should be "192.0.2.1"' },
    ]);
    assert.match(found?.fix ?? "", /^pulumi up --stack prod --refresh --target '.*::it'\\''s'$/);
  });

  test("shows no value that is a secret", () => {
    const [found] = drift({
      op: "update",
      old: { value: covered },
      new: { value: covered },
      diff: { value: "update" },
    });
    assert.deepEqual(found?.differences, [{ what: "value" }]);
  });

  test("is a resource that has gone; what is as it was is none", () => {
    assert.deepEqual(drift({ op: "delete" })[0]?.differences, []);
    assert.deepEqual(drift({ op: "same" }), []);
  });
});

suite("drift of what a project holds", () => {
  const holds = {
    old: { resources: ["do:droplet:1"] },
    new: { resources: ["do:droplet:1", "do:droplet:2"] },
  };
  const changed = (type: string, ...paths: string[]) =>
    drift({
      ...{ op: "update", type: `digitalocean:index/${type}`, ...holds },
      diff: Object.fromEntries(paths.map((path) => [path, "update"])),
    }).map(({ differences }) => differences.map(({ what }) => what));

  test("is told by the resource that declares it, and not by the project too", () => {
    assert.deepEqual(changed("project:Project", "resources", "resources[1]"), []);
    assert.deepEqual(changed("project:Project", "resources[1]", "description"), [["description"]]);
    assert.deepEqual(changed("projectResources:ProjectResources", "resources[1]"), [["resources[1]"]]);
  });
});

suite("drift of an app's variables", () => {
  const variable = (key: string, type = "SECRET") => ({ key, type, value: covered });
  const specification = (...envs: object[]) => ({ spec: { services: [{ name: "web", envs }] } });
  const differences = (before: object[], after: object[], ...paths: string[]) =>
    drift({
      ...{ op: "update", type: app, old: specification(...before), new: specification(...after) },
      diff: Object.fromEntries(paths.map((path) => [path, "update"])),
    })[0]?.differences;
  const pathOf = (index: number) => `spec.services[0].envs[${index}].value`;

  test("is none where only encrypted values differ, as they do each time", () => {
    const envs = [variable("KEY"), variable("URL", "GENERAL")];
    assert.equal(differences(envs, envs, pathOf(0)), undefined);
    assert.deepEqual(differences(envs, envs, pathOf(0), pathOf(1)), [
      { what: "variable URL", how: "has another value" },
    ]);
  });

  test("is one that was added, has gone or is no secret any more, whatever moved because of it", () => {
    const before = [variable("A"), variable("B"), variable("C", "GENERAL")];
    const after = [variable("B", "GENERAL"), variable("C", "GENERAL"), variable("D")];
    assert.deepEqual(differences(before, after, pathOf(0), pathOf(1), pathOf(2)), [
      { what: "variable A", how: "is gone" },
      { what: "variable D", how: "was added" },
      { what: "variable B", how: "is no secret any more" },
    ]);
  });

  test("stands beside what else differs in it", () => {
    const envs = [variable("KEY")];
    assert.deepEqual(differences(envs, envs, pathOf(0), "spec.services[0].instanceCount"), [
      { what: "spec.services[0].instanceCount" },
    ]);
  });
});
