import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { execa } from "execa";
import { whileAsking } from "../../../operations/move/downtime.ts";
import { waitFor } from "../../support/wait-for.ts";

const health = { path: "/health", status: 200, body: /"ok"/ };

suite("how long a service is away while it is moved", () => {
  const folder = mkdtempSync(join(tmpdir(), "downtime-"));
  let server: Server;
  let url: string;
  let isWell = true;
  let asked = 0;
  before(async () => {
    const [key, certificate] = [join(folder, "key"), join(folder, "certificate")];
    const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2"];
    await execa("openssl", [...made, "-keyout", key, "-out", certificate]);
    const identity = { key: readFileSync(key), cert: readFileSync(certificate) };
    server = createServer(identity, (_request, answer) => {
      asked += 1;
      answer.statusCode = isWell ? 200 : 502;
      answer.end('{"ok": true}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  /** Waits for questions that are asked after this moment. */
  async function awhile(): Promise<void> {
    const before = asked;
    await waitFor(() => asked > before + 2, "questions");
  }

  test("is nothing where every question is answered, whoever the certificate is from", async () => {
    const { result, downtime } = await whileAsking(url, [health], async () => {
      await awhile();
      return "done";
    });
    assert.equal(result, "done");
    assert.ok(downtime.questions > 0);
    assert.deepEqual([downtime.seconds, downtime.unanswered], [0, 0]);
  });

  test("is the stretch from the first wrong answer to the next right one", async () => {
    const { downtime } = await whileAsking(url, [health], async () => {
      await awhile();
      isWell = false;
      await awhile();
      isWell = true;
      await awhile();
    });
    assert.ok(downtime.unanswered > 0 && downtime.unanswered < downtime.questions, JSON.stringify(downtime));
    assert.ok(downtime.seconds > 0 && downtime.seconds === downtime.longestSeconds, JSON.stringify(downtime));
  });

  test("counts to the end where it does not come back, and what failed fails", async () => {
    isWell = false;
    const { downtime } = await whileAsking(url, [health], awhile);
    assert.equal(downtime.unanswered, downtime.questions);
    assert.ok(downtime.seconds > 0);
    isWell = true;
    const failing = async () => {
      throw new Error("it failed");
    };
    await assert.rejects(whileAsking(url, [health], failing), /it failed/);
  });
});
