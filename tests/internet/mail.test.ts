import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createTransport } from "nodemailer";
import { Authority } from "../../sandbox/internet/authority.ts";
import { type Mail, type MailServer, startMailServer } from "../../sandbox/internet/mail/server.ts";
import { Received } from "../../sandbox/internet/received.ts";

const folder = mkdtempSync(join(tmpdir(), "mail-"));
const name = "smtp.example.net";
const mail = { from: "odoo@example.net", to: "owner@example.org", subject: "Invoice", text: "Due today" };

describe("The mail server", () => {
  let server: MailServer;
  let authority: Authority;
  const received = new Received<Mail>(join(folder, "mail.jsonl"));
  before(async () => {
    authority = await Authority.open(folder);
    server = await startMailServer("127.0.0.1", 0, [name], authority, received);
  });
  after(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  const transport = (options: object, ca = authority.certificate) =>
    createTransport({ host: "127.0.0.1", port: server.port, tls: { ca, servername: name }, ...options });

  test("a mail inside TLS, after a login, is kept without the password", async () => {
    await transport({ requireTLS: true, auth: { user: "odoo", pass: "mail-password" } }).sendMail(mail);
    const [kept] = received.all();
    assert.deepEqual([kept?.from, kept?.to, kept?.login, kept?.secure], [mail.from, [mail.to], "odoo", true]);
    assert.match(kept?.message ?? "", /Subject: Invoice[\s\S]*\r\n\r\nDue today/);
    assert.ok(!JSON.stringify(received.all()).includes("mail-password"));
  });

  test("no login outside TLS", async () => {
    const plain = transport({ ignoreTLS: true, auth: { user: "odoo", pass: "mail-password" } });
    await assert.rejects(plain.sendMail(mail));
  });

  test("a client that trusts another authority sends nothing", async () => {
    const elsewhere = await Authority.open(join(folder, "elsewhere"));
    const before = received.all().length;
    await assert.rejects(transport({ requireTLS: true }, elsewhere.certificate).sendMail(mail));
    assert.equal(received.all().length, before);
  });
});
