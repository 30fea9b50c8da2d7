import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { after, suite, test } from "node:test";
import { execa } from "execa";
import { hostsIn } from "../../operations/hosts/stack.ts";

const root = resolve(import.meta.dirname, "../..");

/** As the engine writes a secret into an export that shows them. */
const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});

/** What a host is sent; nothing here looks at the signature. */
const signed = (host: string) =>
  `-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n${JSON.stringify({ bootstrap: "", program: {}, bundle: { host } })}`;

const commandOf = (host: string, more: object = {}) => ({
  urn: `urn:pulumi:prod::insightpulse::insightpulse:host:Convergence$command:remote:Command::host-${host}-convergence-apply`,
  inputs: {
    connection: { host: "203.0.113.9", user: "deploy", privateKey: secret("sample-key") },
    stdin: secret(signed(host)),
  },
  ...more,
});

test("the hosts are read from the state, with what the stack has sent them", () => {
  const resources = [
    { urn: "urn:pulumi:prod::insightpulse::pulumi:pulumi:Stack::insightpulse-prod" },
    commandOf("erp"),
    commandOf("ocr", { delete: true }),
  ];
  assert.deepEqual(
    hostsIn({ deployment: { resources } }).map(({ urn: _, ...host }) => host),
    [
      {
        key: "erp",
        address: "203.0.113.9",
        user: "deploy",
        privateKey: "sample-key",
        bundle: { host: "erp" },
        signed: signed("erp"),
      },
    ],
  );
  assert.deepEqual(hostsIn({ deployment: {} }), []);
});

suite("drift", () => {
  const folder = mkdtempSync(join(tmpdir(), "drift-"));
  after(() => rmSync(folder, { recursive: true }));

  /** Runs the command with programs of the test's own in the place of the engine and of ssh. */
  async function drift(state: unknown, ssh: string, ...words: string[]) {
    writeFileSync(join(folder, "state.json"), JSON.stringify(state));
    const programs = { pulumi: `cat ${folder}/state.json`, ssh };
    for (const [name, script] of Object.entries(programs)) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    const env = { PATH: `${folder}${delimiter}${process.env.PATH}` };
    return execa(join(root, "scripts/ops"), ["drift", ...words], { env, reject: false });
  }
  const state = { deployment: { resources: [commandOf("erp")] } };

  test("asks with the stack's key, sends what the stack has signed by standard input, and says what differs and what mends it", async () => {
    const asked = `printf '%s\\n' "$@" >${folder}/words; cat >${folder}/input; echo '[{"path":"/etc/a","what":"content"}]'; exit 3`;
    const { stdout, exitCode } = await drift(state, asked);
    assert.equal(exitCode, 3);
    assert.match(
      stdout,
      /^erp \(203\.0\.113\.9\):\n {2}\/etc\/a {2}content\n {2}to mend it: pulumi up --replace 'urn:/,
    );
    const read = async (name: string) => (await execa("cat", [join(folder, name)])).stdout;
    assert.equal(await read("input"), signed("erp"));
    assert.doesNotMatch(await read("words"), /sample-key/);
  });

  test("is no difference when all hosts say so", async () => {
    const { stdout, exitCode } = await drift(state, "echo '[]'", "--json");
    assert.equal(exitCode, 0);
    assert.deepEqual(JSON.parse(stdout).hosts[0].differences, []);
  });

  test("is not known of a host that cannot be asked, and that is a failure", async () => {
    const { stdout, exitCode } = await drift(state, "echo 'connect: timed out' >&2; exit 255");
    assert.equal(exitCode, 1);
    assert.match(stdout, /erp \(203\.0\.113\.9\): could not be asked: connect: timed out/);
  });

  test("cannot be asked for before a host has been converged", async () => {
    const { stderr, exitCode } = await drift({ deployment: {} }, "exit 1");
    assert.equal(exitCode, 1);
    assert.match(stderr, /no host of prod has been converged yet/);
  });
});
