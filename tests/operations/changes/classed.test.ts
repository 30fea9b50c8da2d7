import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { classifyChanges, lossesOf } from "../../../operations/changes/classed.ts";
import { holdingOf } from "../../../operations/changes/holdings.ts";
import { readPreview } from "../../../operations/changes/preview.ts";
import { Failure } from "../../../operations/failure.ts";

const types = {
  bucket: "insightpulse:backup:BackupBucket$digitalocean:index/spacesBucket:SpacesBucket",
  droplet: "insightpulse:host:DropletHost$digitalocean:index/droplet:Droplet",
  record: "insightpulse:dns:DigitalOceanZone$digitalocean:index/dnsRecord:DnsRecord",
  check: "digitalocean:index/uptimeCheck:UptimeCheck",
  password: "random:index/randomPassword:RandomPassword",
  stack: "pulumi:pulumi:Stack",
} as const;

interface Step {
  readonly op: string;
  readonly type: keyof typeof types;
  readonly name: string;
  readonly [more: string]: unknown;
}

/** What the engine prints for these steps. */
function printed(...steps: readonly Step[]): string {
  const urn = ({ type, name }: Step) => `urn:pulumi:prod::insightpulse::${types[type]}::${name}`;
  return JSON.stringify({ steps: steps.map((step) => ({ ...step, urn: urn(step) })) });
}

const changesOf = (...steps: readonly Step[]) => classifyChanges(readPreview(printed(...steps)));

suite("changes of a preview", () => {
  test("say what becomes of each resource and what it holds; what stays is none", () => {
    const changes = changesOf(
      { op: "same", type: "stack", name: "insightpulse-prod", oldState: {}, newState: {} },
      {
        op: "same",
        type: "bucket",
        name: "backups-first",
        oldState: { protect: true },
        newState: { protect: true },
      },
      { op: "create", type: "record", name: "dns-new" },
      { op: "import", type: "droplet", name: "host-erp-droplet" },
      { op: "update", type: "droplet", name: "host-ocr-droplet", diffReasons: ["size"] },
      {
        op: "replace",
        type: "bucket",
        name: "backups-second",
        replaceReasons: ["region"],
        diffReasons: ["region"],
      },
      { op: "delete", type: "check", name: "service-agent-check" },
    );
    assert.deepEqual(
      changes.map(({ effect, name, type, holds, loss }) => [
        effect,
        name,
        type.split(":").at(-1),
        holds,
        loss,
      ]),
      [
        ["made", "dns-new", "DnsRecord", "rebuildable", undefined],
        ["adopted", "host-erp-droplet", "Droplet", "data", undefined],
        ["changed", "host-ocr-droplet", "Droplet", "data", undefined],
        ["replaced", "backups-second", "SpacesBucket", "data", "every backup in it"],
        ["deleted", "service-agent-check", "UptimeCheck", "nothing", undefined],
      ],
    );
    assert.deepEqual(changes[2]?.differences, ["size"]);
    assert.deepEqual(changes[3]?.replacedFor, ["region"]);
  });

  test("data is lost by replacing and deleting alone, and not where the cloud keeps it", () => {
    const losses = lossesOf(
      changesOf(
        { op: "update", type: "bucket", name: "changed" },
        { op: "replace", type: "droplet", name: "replaced" },
        { op: "delete", type: "password", name: "generated-n8n-encryption-key" },
        { op: "delete", type: "password", name: "database-role-n8n" },
        { op: "delete", type: "bucket", name: "kept", oldState: { retainOnDelete: true } },
        { op: "delete", type: "record", name: "dns-agent" },
      ),
    );
    assert.deepEqual(
      losses.map(({ name }) => name),
      ["replaced", "generated-n8n-encryption-key"],
    );
  });

  test("protection that is taken off or put on is a change of its own", () => {
    const [bare, guarded] = [{ protect: false }, { protect: true }];
    const changes = changesOf(
      { op: "same", type: "bucket", name: "opened", oldState: guarded, newState: {} },
      { op: "same", type: "bucket", name: "closed", oldState: bare, newState: guarded },
    );
    assert.deepEqual(
      changes.map(({ effect, name }) => `${name} ${effect}`),
      ["opened unprotected", "closed protected"],
    );
  });

  test("the parts of a replacement are one, and what is not known counts as one", () => {
    const parts = ["create-replacement", "replace", "delete-replaced"];
    const changes = changesOf(
      ...parts.map(
        (op): Step => ({
          ...{ op, type: "droplet", name: "host-erp-droplet" },
          // Its end has no reasons of its own.
          ...(op === "delete-replaced" ? {} : { diffReasons: ["region"], replaceReasons: ["region"] }),
        }),
      ),
    );
    assert.deepEqual(
      changes.map(({ effect, differences, replacedFor }) => ({ effect, differences, replacedFor })),
      [{ effect: "replaced", differences: ["region"], replacedFor: ["region"] }],
    );
    assert.equal(lossesOf(changesOf({ op: "transmute", type: "bucket", name: "one" })).length, 1);
  });
});

suite("a preview", () => {
  test("that has failed says why, and what it had planned", () => {
    const message = "error: unable to replace resource\nas it is currently marked for protection\n";
    const { steps, errors } = readPreview(
      JSON.stringify({
        ...JSON.parse(printed({ op: "replace", type: "bucket", name: "one" })),
        diagnostics: [
          { severity: "error", message },
          { severity: "info", message: "merely mentioned" },
        ],
      }),
    );
    assert.deepEqual([steps.length, errors], [1, [message.slice("error: ".length).trim()]]);
  });

  test("of an environment without changes is empty, and something else is refused", () => {
    assert.deepEqual(readPreview(JSON.stringify({ config: {} })).steps, []);
    for (const text of ["", "Previewing update (prod):", "[]", '{"steps":{}}'])
      assert.throws(() => readPreview(text), Failure);
  });
});

suite("what a resource holds", () => {
  test("a type that nobody has classed counts as data", () => {
    assert.equal(holdingOf("digitalocean:index/databaseCluster:DatabaseCluster", "database").holds, "data");
  });

  test("components, providers and the stack hold nothing themselves", () => {
    for (const type of [
      "insightpulse:host:DropletHost",
      "pulumi:providers:digitalocean",
      "pulumi:pulumi:Stack",
    ])
      assert.equal(holdingOf(type, "thing").holds, "nothing");
  });
});
