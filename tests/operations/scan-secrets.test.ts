import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, suite, test } from "node:test";
import { execa } from "execa";
import { Checkout } from "./support/checkout.ts";

const root = resolve(import.meta.dirname, "../..");
const found = 3;

/** Letters and digits, as many as are asked for; every time others. */
function letters(count: number): string {
  const all = randomBytes(count * 4)
    .toString("base64")
    .replaceAll(/[^A-Za-z0-9]/g, "");
  return all.slice(0, count);
}

const { privateKey } = generateKeyPairSync("ed25519");
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString().trim();
const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
const [madePassword, databasePassword, spacesKey] = [
  letters(40),
  letters(24),
  randomBytes(32).toString("base64").slice(0, 43),
];

/** One secret of each kind the platform has, made up now, in the words of a file that could hold it, and what finds it. */
const planted: Readonly<Record<string, { secret: string; line: string; rule: RegExp }>> = {
  "a password the stack made": {
    secret: madePassword,
    line: `requirepass ${madePassword}`,
    rule: /stack-made-password/,
  },
  "the database owner's": {
    secret: databasePassword,
    line: `postgresql://postgres.example:${databasePassword}@pooler.example.test:5432/postgres`,
    rule: /connection-string-password/,
  },
  ...single(
    "DigitalOcean's token",
    `dop_v1_${randomBytes(32).toString("hex")}`,
    (it) => `DIGITALOCEAN_TOKEN=${it}`,
    /digitalocean-pat/,
  ),
  ...single(
    "Slack's webhook",
    `https://hooks.slack.com/services/T${letters(9).toUpperCase()}/B${letters(9).toUpperCase()}/${letters(24)}`,
    (it) => `url: ${it}`,
    /slack-webhook-url/,
  ),
  ...single("an SSH key", pem, (it) => it, /private-key/),
  ...single(
    "Supabase's older key",
    `${encoded({ alg: "HS256", typ: "JWT" })}.${encoded({ role: "service_role", iss: "supabase", iat: 1762000000 })}.${randomBytes(32).toString("base64url")}`,
    (it) => `SUPABASE_SERVICE_ROLE_KEY=${it}`,
    /jwt/,
  ),
  ...single("Supabase's newer key", `sb_secret_${letters(31)}`, (it) => `key: ${it}`, /supabase-secret-key/),
  ...single(
    "a Google client's",
    `GOCSPX-${letters(28)}`,
    (it) => `GOOGLE_CLIENT_SECRET: ${it}`,
    /google-oauth-client-secret/,
  ),
  ...single("a key of Spaces", spacesKey, (it) => `aws_secret_access_key = ${it}`, /spaces-secret-key/),
};

function single(kind: string, secret: string, line: (secret: string) => string, rule: RegExp) {
  return { [kind]: { secret, line: line(secret), rule } };
}

function addScanner({ folder }: Checkout): void {
  for (const name of ["scripts", ".gitleaks.toml", "package-lock.json"])
    cpSync(join(root, name), join(folder, name), { recursive: true });
}

suite("./scripts/scan-secrets", () => {
  const checkout = new Checkout();
  const folder = mkdtempSync(join(tmpdir(), "scan-secrets-"));
  before(() => {
    addScanner(checkout);
    checkout.commit();
  });
  after(() => {
    checkout.remove();
    rmSync(folder, { recursive: true });
  });

  async function scan(where: string, ...words: string[]) {
    return execa(join(where, "scripts/scan-secrets"), words, { reject: false, all: true, cwd: tmpdir() });
  }

  /** Every kind is named by its rule and its place, and none of them is shown. */
  function assertFound(
    { exitCode, all = "" }: { exitCode?: number | undefined; all?: string },
    place: string,
  ): void {
    assert.equal(exitCode, found, all);
    for (const [index, [kind, { secret, rule }]] of Object.entries(planted).entries()) {
      const lines = all.split("\n").filter((line) => line.includes(`${place}-${index}.txt`));
      assert.match(lines.join("\n"), rule, `${kind}: ${all}`);
      assert.ok(!all.includes(secret), `${kind} is shown`);
    }
    assert.match(all, /rotate it first/);
  }

  function plant(below: string, name: string): void {
    for (const [index, { line }] of Object.values(planted).entries()) {
      const file = join(below, `${name}-${index}.txt`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `# before\n${line}\n# behind\n`);
    }
  }

  test("finds nothing where nothing is", async () => {
    const { exitCode, all } = await scan(checkout.folder);
    assert.equal(exitCode, 0, all);
    assert.match(all, /no secret was found/);
  });

  test("finds every kind in a folder, such as what was rendered or exported", async () => {
    plant(folder, "artefact");
    assertFound(await scan(root, folder), "artefact");
  });

  test("lets through what the engine has sealed, whatever its letters spell, and nothing that stands beside it", async () => {
    const sealed = `v1:uHiY9mb+Wcqfekey:${letters(40)}/${letters(64)}==`;
    const exported = join(folder, "sealed/state.json");
    mkdirSync(dirname(exported));
    // Longer than what gitleaks reads at once.
    writeFileSync(exported, `{ "ciphertext": "${sealed}" }\n`.repeat(4000));
    const clean = await scan(root, exported);
    assert.equal(clean.exitCode, 0, clean.all);
    writeFileSync(exported, `{ "ciphertext": "${sealed}", "plain": "${madePassword}" }\n`);
    const said = await scan(root, exported);
    assert.equal(said.exitCode, found, said.all);
    assert.ok(said.all?.includes(`stack-made-password: ${exported}:1`), said.all);
  });

  test("lets through what the engine has sealed in the settings of a stack", async () => {
    const settings = new Checkout();
    try {
      addScanner(settings);
      const sealed = `v1:uHiY9mb+Wcqfekey:${letters(60)}==`;
      const salt = `v1:${letters(11)}=:${sealed}`;
      mkdirSync(join(settings.folder, "kept"));
      writeFileSync(
        join(settings.folder, "kept/settings.yaml"),
        `encryptionsalt: ${salt}\nconfig:\n  insightpulse:token:\n    secure: ${sealed}\n`,
      );
      settings.commit();
      const { exitCode, all } = await scan(settings.folder);
      assert.equal(exitCode, 0, all);
    } finally {
      settings.remove();
    }
  });

  test("finds what is not committed yet, and what a commit has taken out again", async () => {
    plant(checkout.folder, "planted");
    assertFound(await scan(checkout.folder), "planted");
    checkout.commit();
    for (const index of Object.keys(planted).keys()) rmSync(join(checkout.folder, `planted-${index}.txt`));
    checkout.commit();
    const said = await scan(checkout.folder);
    assertFound(said, "planted");
    assert.match(said.all, /planted-0\.txt:2 in commit [0-9a-f]{12}$/m);
  });

  test("finds a secret in what would land on a host, wherever it came from", async () => {
    const clean = new Checkout();
    try {
      addScanner(clean);
      // No secret in itself: put together only when it is rendered.
      const [first, second] = [madePassword.slice(0, 20), madePassword.slice(20)];
      clean.replace(
        "host/files/etc/redis/insightpulse.conf.hbs",
        "protected-mode yes",
        `user {{join "${first}" "${second}"}}`,
      );
      clean.replace(
        "host/render/template.ts",
        'import Handlebars from "handlebars";',
        'import Handlebars from "handlebars";\nHandlebars.registerHelper("join", (one, other) => one + other);',
      );
      clean.commit();
      const { exitCode, all } = await scan(clean.folder);
      assert.equal(exitCode, found, all);
      assert.match(
        all,
        /in what would land on hosts:\n.*stack-made-password: rendered\/.*\/ocr\/etc\/redis\/insightpulse\.conf/,
      );
      assert.ok(!all.includes(madePassword));
    } finally {
      clean.remove();
    }
  });

  test("says that a shallow clone has only a part of the history, and looks through that", async () => {
    const shallow = join(folder, "shallow");
    checkout.git("clone", "--quiet", "--depth=1", `file://${checkout.folder}`, shallow);
    symlinkSync(join(root, "node_modules"), join(shallow, "node_modules"));
    const { exitCode, all } = await scan(shallow);
    assert.match(all, /this clone is shallow: 1 commits are here/);
    assert.equal(exitCode, 0, all);
  });
});
