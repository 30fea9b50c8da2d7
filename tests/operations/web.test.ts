import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { execa } from "execa";
import { root } from "../../operations/environments.ts";
import { plainConfiguration } from "../../operations/plain-configuration.ts";
import { reasonIn } from "../../operations/web/probes.ts";
import { questionsOf } from "../../operations/web/questions.ts";
import { answerAll, introduction, tables } from "../../operations/web/report.ts";

const document = readFileSync(join(root, "docs/tls-and-headers.md"), "utf8");
const command = "./scripts/sandbox inside -- ./scripts/ops web prod --write";

suite("docs/tls-and-headers.md", () => {
  const questions = questionsOf(plainConfiguration("prod"));

  test("has every name, question and statement of today, as measured", () => {
    const asStated = questions.map(({ host, what, stated }) => ({
      ...{ host, what, stated, measured: stated, isAsStated: true },
    }));
    assert.equal(document, `${introduction("prod", command)}\n\n${tables(asStated)}\n`, `run ${command}`);
  });

  test("a measure that differs is seen", async () => {
    const [first] = questions;
    assert.ok(first);
    const answers = await answerAll([{ ...first, measure: async () => "something else" }]);
    assert.deepEqual(
      answers.map(({ isAsStated }) => isAsStated),
      [false],
    );
    assert.match(tables(answers), /\| refused \| \*\*something else\*\* \|/);
  });
});

test("why openssl gets no connection is told by its own reason, and not by its last line", () => {
  const refused = [
    "40B7:error:8000006F:system library:BIO_connect:Connection refused:../crypto/bio/bio_sock2.c:117:calling connect()",
    "40B7:error:10000067:BIO routines:BIO_connect:connect error:../crypto/bio/bio_sock2.c:119:",
    "connect:errno=111",
  ];
  assert.equal(reasonIn(refused.join("\n")), "Connection refused, calling connect()");
  const unknown =
    "40F7:error:10080002:BIO routines:BIO_lookup_ex:system lib:../crypto/bio/bio_addr.c:746:Name or service not known";
  assert.equal(reasonIn(`${unknown}\nconnect:errno=0\n`), "system lib, Name or service not known");
  assert.equal(reasonIn("no peer certificate available"), "no peer certificate available");
});

suite("./scripts/ops sign-on", () => {
  const ops = (...words: string[]) =>
    execa(join(root, "scripts/ops"), ["sign-on", ...words], { reject: false });

  test("names every redirect URI, and the command for every secret of its client", async () => {
    const { stdout } = await ops("prod");
    for (const line of [
      "redirect URI: https://erp.insightpulseai.net/auth_oauth/signin",
      "redirect URI: https://chat.insightpulseai.net/oauth2/callback",
      "redirect URI: https://n8n.insightpulseai.net/oauth2/callback",
      "redirect URI: https://superset.insightpulseai.net/oauth-authorized/google",
      "redirect URI: https://mcp.insightpulseai.net/api/auth/callback/google",
      "pulumi config set --secret proxyGoogleClientSecret --stack prod",
    ])
      assert.ok(stdout.includes(line), line);
    assert.doesNotMatch(stdout, /odooGoogleClientSecret/);
  });

  test("tells programs the same, of any environment", async () => {
    const { clients } = JSON.parse((await ops("staging", "--json")).stdout);
    const proxy = clients.find(({ owner }: { owner: string }) => owner === "proxy");
    assert.deepEqual(proxy.redirectUris, [
      "https://chat.staging.insightpulseai.net/oauth2/callback",
      "https://n8n.staging.insightpulseai.net/oauth2/callback",
    ]);
  });

  test("says which environments there are", async () => {
    const { exitCode, stderr } = await ops("nowhere");
    assert.equal(exitCode, 1);
    assert.match(stderr, /there is no environment "nowhere": there are prod, staging/);
  });
});
