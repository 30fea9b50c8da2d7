import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type KnownVariables, variablesIn } from "../../operations/cloud/app-variables.ts";
import { driftIn, stepsIn } from "../../operations/cloud/drift.ts";

interface Refreshed {
  readonly op: string;
  readonly type?: string;
  readonly old?: object;
  readonly new?: object;
  readonly diff?: Readonly<Record<string, string>>;
  readonly variables?: KnownVariables;
}

const record = "digitalocean:index/dnsRecord:DnsRecord";
const app = "digitalocean:index/app:App";
const covered = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};

/** What the engine says of one resource after a refresh that changes nothing. */
function drift({ op, type = record, old = {}, new: now = {}, diff = {}, variables }: Refreshed) {
  const urn = `urn:pulumi:prod::insightpulse::group:Group$${type}::it's`;
  const metadata = {
    ...{ op, type, urn, old: { outputs: old } },
    ...{ new: { outputs: now }, diffs: Object.keys(diff) },
    detailedDiff: Object.fromEntries(Object.entries(diff).map(([path, diffKind]) => [path, { diffKind }])),
  };
  const events = `${JSON.stringify({ resOutputsEvent: { metadata } })}\nnot an event`;
  return driftIn("prod", stepsIn(events), new Map(variables && [[urn, variables]]));
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
  const variable = (key: string, type: string | undefined, value: string) => ({ key, type, value });
  const secret = (key: string, value = "EV[1:a:b]") => variable(key, "SECRET", value);
  const plain = (key: string, value: string) => variable(key, undefined, value);
  // As official plugins have it: one secret in a list makes all of it one, and the engine covers it.
  const specification = { spec: { services: covered } };
  const differences = (before: object[], after: object[], ...paths: string[]) =>
    drift({
      ...{ op: "update", type: app, old: specification, new: specification },
      variables: {
        was: variablesIn({ services: [{ name: "web", envs: before }] }),
        is: variablesIn({ services: [{ name: "web", envs: after }] }),
      },
      diff: Object.fromEntries(paths.map((path) => [path, "update"])),
    })[0]?.differences;
  const pathOf = (index: number) => `spec.services[0].envs[${index}].value`;

  test("is none where only encrypted values differ, as they do each time", () => {
    const before = [secret("KEY", "opened"), plain("URL", "one")];
    assert.equal(differences(before, [secret("KEY"), plain("URL", "one")], pathOf(0)), undefined);
    assert.deepEqual(differences(before, [secret("KEY"), plain("URL", "two")], pathOf(0), pathOf(1)), [
      { what: "variable URL", how: "has another value" },
    ]);
  });

  test("is one that was added, has gone or is no secret any more, whatever moved because of it", () => {
    const before = [secret("A"), secret("B"), plain("C", "one")];
    const after = [plain("B", "seen"), plain("C", "one"), secret("D")];
    assert.deepEqual(differences(before, after, pathOf(0), pathOf(1), pathOf(2)), [
      { what: "variable A", how: "is gone" },
      { what: "variable D", how: "was added" },
      { what: "variable B", how: "is no secret any more" },
    ]);
  });

  test("stands beside what else differs in it, but for whom its alerts reach, which no refresh reads", () => {
    const envs = [secret("KEY")];
    const forgotten = ["spec.alerts[0].destinations", "spec.services[0].alerts[1].destinations"];
    assert.equal(differences(envs, envs, pathOf(0), ...forgotten), undefined);
    assert.deepEqual(differences(envs, envs, pathOf(0), ...forgotten, "spec.services[0].instanceCount"), [
      { what: "spec.services[0].instanceCount" },
    ]);
  });

  test("of static sites and jobs is read too, in the program's words and the platform's", () => {
    const envs = [{ key: "URL", value: "one" }];
    const jobs = [{ name: "migrate", envs: null }];
    assert.deepEqual(variablesIn({ static_sites: [{ name: "site", envs }], jobs }), {
      site: envs,
      migrate: [],
    });
    assert.deepEqual(variablesIn({ staticSites: [{ name: "site", envs }] }), { site: envs });
  });
});
