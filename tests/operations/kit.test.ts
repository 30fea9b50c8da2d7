import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { combine } from "shamir-secret-sharing";
import { secretInventory } from "../../config/derive/secret-inventory.ts";
import { loadConfiguration } from "../../config/load.ts";
import {
  type ByteStream,
  type Entry,
  intoFolder,
  measure,
  openFirst,
  openKit,
  sealInto,
} from "../../operations/kit/archive.ts";
import { changedSince, lackedBy } from "../../operations/kit/changed.ts";
import { fileName, imagesOf } from "../../operations/kit/images.ts";
import { type Inventory, inventoryPath, lacks, sourceOf } from "../../operations/kit/inventory.ts";
import { evenPassphrases, newPassphrase } from "../../operations/kit/passphrase.ts";
import { kitName, readKitName, tooOld } from "../../operations/kit/places.ts";
import { secretText } from "../../operations/kit/secret-text.ts";
import { joinShares, splitPassphrase } from "../../operations/kit/shares.ts";
import { readStackFile } from "../support/stack-file.ts";
import { waitFor } from "../support/wait-for.ts";

const folder = mkdtempSync(join(tmpdir(), "kit-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const given = (texts: readonly string[]) =>
  texts.map((text, index) => ({ text, origin: `file ${index + 1}` }));

suite("shares of a kit's passphrase", async () => {
  const passphrase = newPassphrase();
  const { set, shares } = await splitPassphrase(passphrase, "prod", { any: 3, of: 5 });
  const pick = (...numbers: number[]) => given(numbers.map((number) => shares[number - 1] ?? ""));

  test("any three of five give it back, in any order, also typed in capitals and with spaces around", async () => {
    for (const [a, b, c] of [
      [1, 2, 3],
      [5, 3, 1],
      [2, 4, 5],
      [4, 1, 3],
    ] as const)
      assert.deepEqual(await joinShares(pick(a, b, c)), { passphrase, set, environment: "prod" });
    const typed = given(shares.slice(2).map((share) => `  ${share.toUpperCase()}\n`));
    assert.equal((await joinShares(typed)).passphrase, passphrase);
  });

  test("two are refused, and say nothing about it; the same one twice is one", async () => {
    await assert.rejects(
      joinShares(pick(2, 5)),
      /3 different shares are needed, and there are 2: number 2, 5/,
    );
    await assert.rejects(joinShares(pick(2, 5, 5)), /there are 2/);
    await assert.rejects(joinShares([]), /no share was given/);
    // Past our own refusal: what two give is something else.
    const parts = [2, 5].map((number) =>
      Uint8Array.from(Buffer.from(shares[number - 1]?.split("-").at(-2) ?? "", "hex")),
    );
    assert.notEqual(Buffer.from(await combine(parts)).toString("utf8"), passphrase);
  });

  test("one that was mistyped, cut off, or is something else is named, and never repeated", async () => {
    const [whole = ""] = shares;
    const place = whole.length - 30;
    const mistyped = `${whole.slice(0, place)}${whole[place] === "0" ? "1" : "0"}${whole.slice(place + 1)}`;
    for (const [text, reason] of [
      [mistyped, /^share 1 \(file 1\) is damaged: its last eight digits do not fit/],
      [whole.slice(0, -10), /^share 1 \(file 1\) is damaged: something is missing/],
      ["correct horse", /^file 1 is no share/],
    ] as const)
      await assert.rejects(joinShares(given([text, ...shares.slice(1, 3)])), ({ message }: Error) => {
        assert.match(message, reason);
        assert.ok(!message.includes(text));
        return true;
      });
  });

  test("those of another set do not mix in", async () => {
    const other = await splitPassphrase(newPassphrase(), "prod", { any: 3, of: 5 });
    const mixed = given([...shares.slice(0, 2), other.shares[2] ?? ""]);
    await assert.rejects(joinShares(mixed), new RegExp(`file 3 is of the set ${other.set} of prod`));
  });

  test("what could not be shares is refused", async () => {
    for (const sharing of [
      { any: 1, of: 3 },
      { any: 4, of: 3 },
      { any: 3, of: 256 },
    ])
      await assert.rejects(splitPassphrase("x", "prod", sharing), /cannot be: at least 2 of them open/);
  });
});

test("a bucket that was made anew is given the passphrases that the other has kept", async () => {
  /** A bucket as a map of names and contents. */
  const bucketOf = (...names: string[]) => {
    const content = new Map(names.map((name) => [name, Buffer.from(`sealed ${name}`) as Uint8Array]));
    return {
      content,
      names: async (beginning: string) => [...content.keys()].filter((name) => name.startsWith(beginning)),
      get: async (name: string) => content.get(name) ?? assert.fail(name),
      put: async (name: string, what: Uint8Array) => void content.set(name, what),
    };
  };
  const kept = (number: number) => `kit/prod/passphrases/2026112${number}T020000Z-0123abc${number}.age`;
  const [first, second] = [
    bucketOf(kept(3)),
    bucketOf(kept(1), kept(2), "kit/prod/kits/another", "kit/staging/passphrases/x"),
  ];
  await evenPassphrases([first, second], "prod");
  assert.deepEqual([...first.content.keys()].sort(), [1, 2, 3].map(kept));
  assert.equal(String(first.content.get(kept(1))), `sealed ${kept(1)}`);
  assert.ok(second.content.has(kept(3)) && second.content.size === 5);
});

suite("a sealed kit", async () => {
  const large = join(folder, "large");
  writeFileSync(large, Buffer.alloc(3_000_000, "an image"));
  const entries: Entry[] = [
    { path: "secrets/n8n-encryption-key", content: Buffer.from("a secret that is looked for") },
    { path: "images/one.tar", content: { file: large, bytes: statSync(large).size } },
  ];
  const file = join(folder, "kit.tar.age");
  await sealInto(file, entries, "a passphrase", new Date(0));
  const sealed = readFileSync(file);
  const streamOf = (bytes: Uint8Array) =>
    new ReadableStream({
      start: (control) => {
        control.enqueue(new Uint8Array(bytes));
        control.close();
      },
    }) as ByteStream;
  const look = (bytes: Uint8Array, passphrase = "a passphrase") =>
    openKit(streamOf(bytes), passphrase, "it", () => undefined);

  test("gives every file back as it was, and shows nothing without its passphrase", async () => {
    assert.match(sealed.toString("latin1"), /^age-encryption\.org\/v1\n-> scrypt /);
    assert.ok(!sealed.includes("looked for") && !sealed.includes("n8n-encryption-key"));
    const found = await look(sealed);
    assert.deepEqual(
      [...found.keys()],
      entries.map(({ path }) => path),
    );
    for (const entry of entries) assert.deepEqual(found.get(entry.path), await measure(entry));
    await assert.rejects(look(sealed, "another"), /the passphrase does not open it/);
  });

  test("is opened as far as its first file, and no more of it is fetched", async () => {
    const path = "secrets/n8n-encryption-key";
    let fetched = 0;
    let isLeft = false;
    const slowly = new ReadableStream({
      pull: (control) => {
        control.enqueue(new Uint8Array(sealed.subarray(fetched, fetched + 10_000)));
        fetched += 10_000;
        if (fetched >= sealed.length) control.close();
      },
      cancel: () => {
        isLeft = true;
      },
    }) as ByteStream;
    assert.equal(await openFirst(slowly, "a passphrase", "it", path), "a secret that is looked for");
    assert.ok(fetched < sealed.length / 2, `${fetched} of ${sealed.length} bytes`);
    await waitFor(async () => isLeft, "the rest to be left", 30);
    const refused = (bytes: Uint8Array, secret: string, first: string) =>
      openFirst(streamOf(bytes), secret, "it", first);
    await assert.rejects(
      refused(sealed, "a passphrase", inventoryPath),
      /it does not begin with inventory\.json/,
    );
    await assert.rejects(refused(sealed.subarray(0, 300), "a passphrase", path), /it is damaged/);
    await assert.rejects(refused(sealed, "another", path), /the passphrase does not open it/);
  });

  test("with one bit turned, or its end cut off, is damaged and says so", async () => {
    for (const at of [sealed.length - 1, Math.floor(sealed.length / 2)]) {
      const turned = Buffer.from(sealed);
      turned[at] = (turned[at] ?? 0) ^ 1;
      await assert.rejects(look(turned), /it is damaged/);
    }
    await assert.rejects(look(sealed.subarray(0, sealed.length - 70_000)), /it is damaged/);
  });

  test("goes into a folder for its owner alone, and never out of it", async () => {
    const target = join(folder, "opened");
    await openKit(streamOf(sealed), "a passphrase", "it", intoFolder(target));
    const secret = join(target, "secrets/n8n-encryption-key");
    assert.equal(readFileSync(secret, "utf8"), "a secret that is looked for");
    assert.equal(statSync(secret).mode & 0o777, 0o600);
    assert.equal(statSync(join(target, "secrets")).mode & 0o777, 0o700);
    for (const path of ["../out", "/etc/out", "a/../../out"])
      assert.throws(() => intoFolder(target)(path), /would lie outside/);
  });
});

suite("what a kit should hold", () => {
  for (const environment of ["prod", "staging"]) {
    test(`${environment}: every secret of the inventory has a source, or a reason why it is not in it`, () => {
      const rows = secretInventory(loadConfiguration(readStackFile(environment)));
      const outside = rows.filter((row) => sourceOf(row).from === "nowhere").map(({ name }) => name);
      assert.deepEqual(outside, ["kit-passphrase", "DIGITALOCEAN_TOKEN", "SPACES_SECRET_ACCESS_KEY"]);
      for (const name of ["n8n-encryption-key", "odoo-master-password", "backup-repository-password"])
        assert.ok(
          rows.some((row) => row.name === name && sourceOf(row).from === "resource"),
          name,
        );
    });
  }

  test("a secret that nobody has thought of stops the kit", () => {
    const row = { name: "new", kind: "kept", purpose: "", users: [], rotation: { by: "turns" } } as const;
    assert.throws(() => sourceOf(row), /nobody has said how the secret new gets into a disaster kit/);
  });

  test("images are those of the catalogue and of the sign-on proxy, each under a name of its own", () => {
    const images = imagesOf(loadConfiguration(readStackFile("prod")));
    const hosts = images.filter(({ hosts: on }) => on.length > 0).map(({ reference }) => reference);
    for (const part of ["/odoo:", "/n8n:", "mattermost", "/ocr-service:", "oauth2-proxy:"])
      assert.ok(
        hosts.some((reference) => reference.includes(part)),
        part,
      );
    assert.equal(new Set(images.map(({ reference }) => fileName(reference))).size, images.length);
  });

  const rows = secretInventory(loadConfiguration(readStackFile("prod")));
  const inventory: Inventory = {
    ...{
      format: "insightpulse-kit-1",
      environment: "prod",
      takenAt: "2026-11-26T02:00:00.000Z",
      commit: "c",
    },
    ...{ images: [], repositories: [], missing: [] },
    secrets: rows.map(({ name }) => ({ name, files: [`secrets/${name}`], leftOut: null })),
    files: Object.fromEntries(rows.map(({ name }) => [`secrets/${name}`, { bytes: 1, sha256: "a" }])),
  };
  const found = new Map([
    ...Object.entries(inventory.files),
    [inventoryPath, { bytes: 1, sha256: "b" }] as const,
  ]);

  test("a whole one lacks nothing", () => assert.deepEqual(lacks(inventory, found, rows), []));

  test("what is gone, changed, unlisted, unknown or was missing is said", () => {
    const without = new Map(found);
    without.delete("secrets/odoo-master-password");
    assert.deepEqual(lacks(inventory, without, rows), ["secrets/odoo-master-password is not in it"]);
    const changed = new Map(found).set("secrets/odoo-master-password", { bytes: 1, sha256: "z" });
    assert.deepEqual(lacks(inventory, changed, rows), [
      "secrets/odoo-master-password is not what was packed",
    ]);
    const more = new Map(found).set("virus", { bytes: 1, sha256: "z" });
    assert.deepEqual(lacks(inventory, more, rows), ["virus is in it and in no inventory"]);
    const older = { ...inventory, secrets: inventory.secrets.slice(1) };
    assert.deepEqual(lacks(older, found, rows), [`the secret ${rows[0]?.name} is not in it`]);
    assert.deepEqual(lacks({ ...inventory, missing: ["the digest"] }, found, rows), ["the digest"]);
  });

  test("what has changed since is named, and no value of it", () => {
    const config = loadConfiguration(readStackFile("prod"));
    const made = Object.fromEntries(
      rows.flatMap(({ resource }) =>
        resource === undefined ? [] : [[resource, { result: `of ${resource}` }]],
      ),
    );
    process.env.PULUMI_CONFIG_PASSPHRASE = "the stack's";
    const present = { config, rows, made, secret: (name: string) => `set ${name}` };
    const images = imagesOf(config).map((image) => ({
      ...image,
      digest: "sha256:0",
      hosts: [...image.hosts],
      file: "x",
    }));
    const files = Object.fromEntries(
      rows.flatMap((row): [string, { bytes: number; sha256: string }][] => {
        const content = secretText(sourceOf(row), made, present.secret);
        if (content === undefined) return [];
        return [
          [`secrets/${row.name}`, { bytes: 1, sha256: createHash("sha256").update(content).digest("hex") }],
        ];
      }),
    );
    const kit = { ...inventory, images, files };
    assert.deepEqual(changedSince(kit, present), []);
    assert.deepEqual(
      changedSince(kit, {
        ...present,
        secret: (name) => `${name === "slackWebhookUrl" ? "re" : ""}set ${name}`,
      }),
      ["the secret slackWebhookUrl"],
    );
    const rotated = { ...made, "database-role-odoo": { result: "another" } };
    assert.deepEqual(changedSince(kit, { ...present, made: rotated }), ["the secret odoo"]);
    const older = { ...kit, secrets: kit.secrets.filter(({ name }) => name !== "odoo") };
    assert.deepEqual(changedSince(older, present), ["the secret odoo"]);
    const [host] = images.filter(({ hosts }) => hosts.length > 0);
    const before = images.filter((image) => image !== host);
    assert.deepEqual(changedSince({ ...kit, images: before }, present), [`the image ${host?.reference}`]);
    process.env.PULUMI_CONFIG_PASSPHRASE = "another";
    assert.deepEqual(changedSince(kit, present), ["the secret state-passphrase"]);
    delete process.env.PULUMI_CONFIG_PASSPHRASE;
  });

  test("one that knows images by name alone cannot give them on the day when nobody does", () => {
    const image = { reference: "odoo:18", digest: "sha256:0", hosts: ["erp"], file: null };
    const app = { ...image, reference: "superset:4", hosts: [] };
    assert.deepEqual(lackedBy({ ...inventory, images: [image, app] }), [
      "no image that hosts run is in it, only their names",
    ]);
    assert.deepEqual(lackedBy({ ...inventory, images: [{ ...image, file: "images/odoo" }, app] }), []);
    assert.deepEqual(lackedBy({ ...inventory, missing: ["the digest"] }), ["the digest"]);
  });

  test("one that is older than it may be is said to be", () => {
    const kit = { name: "", set: "", takenAt: new Date("2026-10-01T00:00:00Z") };
    assert.deepEqual(tooOld(kit, new Date("2026-11-05T23:00:00Z"), 35), []);
    assert.deepEqual(tooOld(kit, new Date("2026-11-06T00:00:00Z"), 35), ["it is 36 days old, and may be 35"]);
  });

  test("a kit's name says when it was made and which shares open it", () => {
    const name = kitName("prod", "2026-11-26T02:03:04.567Z", "0123abcd");
    assert.equal(name, "kit/prod/kits/20261126T020304Z-0123abcd.tar.age");
    assert.deepEqual(readKitName(name), { name, takenAt: new Date("2026-11-26T02:03:04Z"), set: "0123abcd" });
    assert.equal(readKitName("kit/prod/kits/other"), undefined);
  });
});
