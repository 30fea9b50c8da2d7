import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, suite, test } from "node:test";
import { execa } from "execa";
import { Authority } from "../../sandbox/internet/authority.ts";
import { type Mail, type MailServer, startMailServer } from "../../sandbox/internet/mail/server.ts";
import { Received } from "../../sandbox/internet/received.ts";

const folder = mkdtempSync(join(tmpdir(), "notify-"));
const secrets = join(folder, "etc/insightpulse/secrets");
const source = new URL("../../host/files/usr/local/lib/insightpulse/notify", import.meta.url);

suite("notify", () => {
  const tool = join(folder, "notify");
  const received = new Received<Mail>(join(folder, "mail.jsonl"));
  let posted: string[] = [];
  let slackStatus = 200;
  const slack = createServer((request, response) => {
    let body = "";
    request.on("data", (text) => (body += text));
    request.on("end", () => {
      posted.push(body);
      response.writeHead(slackStatus).end();
    });
  });
  let mail: MailServer;
  let bundle = "";
  before(async () => {
    const authority = await Authority.open(join(folder, "authority"));
    bundle = join(folder, "bundle.pem");
    writeFileSync(bundle, authority.certificate);
    mail = await startMailServer("127.0.0.1", 0, ["localhost"], authority, received);
    await new Promise<void>((resolve) => slack.listen(0, "127.0.0.1", resolve));
    // Its own folders lie below the test's, and it is not patient.
    const text = readFileSync(source, "utf8")
      .replaceAll(/(?<=")\/(etc|var)\//g, `${folder}/$1/`)
      .replace("TRIES = 5", "TRIES = 1");
    writeFileSync(tool, text, { mode: 0o755 });
    mkdirSync(secrets, { recursive: true });
  });
  after(async () => {
    slack.close();
    await mail?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    posted = [];
    slackStatus = 200;
    rmSync(join(folder, "var"), { recursive: true, force: true });
    rmSync(received.file, { force: true });
    const { port } = slack.address() as AddressInfo;
    writeFileSync(join(secrets, "slack-webhook"), `http://127.0.0.1:${port}/services/secret\n`);
    mailBy(mail.port);
  });

  function mailBy(port: number): void {
    const settings = {
      server: "localhost",
      port,
      from: "alerts@example.com",
      user: "alerts",
      password: "sesame",
    };
    const more = { to: ["ops@example.com"], environment: "prod" };
    writeFileSync(join(secrets, "mail.json"), JSON.stringify({ ...settings, ...more }));
  }

  const say = (sentence: string) =>
    execa(tool, { input: sentence, reject: false, env: { SSL_CERT_FILE: bundle } });
  const deliveries = () =>
    JSON.parse(readFileSync(join(folder, "var/lib/insightpulse/notify/deliveries.json"), "utf8"));

  test("tells Slack and sends a mail, signed in and over TLS", async () => {
    const { exitCode, stderr } = await say("odoo is\n away\n");
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(posted, ['{"text": "odoo is away"}']);
    const [{ login, secure, to, message } = assert.fail("no mail")] = received.all();
    assert.deepEqual([login, secure, to], ["alerts", true, ["ops@example.com"]]);
    assert.match(message, /^Subject: \[InsightPulse prod\] odoo is away\r?$/m);
    assert.deepEqual(Object.keys(deliveries().slack), ["delivered"]);
  });

  test("Slack down: mail still comes, and it is written down since when and why", async () => {
    await say("before");
    slackStatus = 404;
    const { exitCode, stderr } = await say("odoo is away");
    assert.equal(exitCode, 0);
    assert.match(stderr, /^notify: slack: Slack answered 404$/m);
    assert.equal(received.all().length, 2);
    const { slack: how, mail: other } = deliveries();
    assert.deepEqual(Object.keys(how).sort(), ["delivered", "failingSince", "reason"]);
    assert.deepEqual(Object.keys(other), ["delivered"]);
    slackStatus = 200;
    await say("after");
    assert.deepEqual(Object.keys(deliveries().slack), ["delivered"]);
  });

  test("both down: it fails, with both reasons and without a secret", async () => {
    slackStatus = 500;
    mailBy(1);
    const { exitCode, stderr } = await say("odoo is away");
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /nobody was told: slack: Slack answered 500; mail: localhost:1 cannot be reached: Connection refused/,
    );
    assert.doesNotMatch(stderr, /secret|sesame/);
  });

  test("a mail server whose certificate nobody trusts gets no password", async () => {
    const { stderr } = await execa(tool, { input: "x", reject: false });
    assert.match(
      stderr,
      /mail: localhost:\d+ cannot be reached: SSLCertVerificationError|mail: .*certificate/i,
    );
    assert.equal(received.all().length, 0);
  });

  test("without a way to tell anybody it is only logged", async () => {
    rmSync(join(secrets, "slack-webhook"));
    rmSync(join(secrets, "mail.json"));
    const { exitCode, stdout } = await say("odoo is away");
    assert.deepEqual([exitCode, stdout], [0, "odoo is away"]);
  });
});
