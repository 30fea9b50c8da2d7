import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Platform, skip, told } from "./support.ts";

describe("production, brought up on this machine", { skip }, () => {
  let platform: Platform;
  before(async () => {
    platform = await Platform.shared();
  });
  after(() => platform?.close());

  const answers: Readonly<Record<string, RegExp>> = {
    "erp.insightpulseai.net/web/health": /^\{"status": ?"pass"\}$/,
    "chat.insightpulseai.net/api/v4/system/ping": /"status":"OK"/,
    "n8n.insightpulseai.net/healthz": /"status":"ok"/,
    "ocr.insightpulseai.net/health": /"ok": ?true/,
    "superset.insightpulseai.net/health": /^OK$|"ok": ?true/,
    "mcp.insightpulseai.net/api/health": /"status": ?"healthy"/,
    "agent.insightpulseai.net/": /./,
  };

  for (const [address, body] of Object.entries(answers)) {
    test(`${address} answers what it should, found by DNS, its certificate verified`, async () => {
      assert.match(await told(platform.curl("--fail", `https://${address}`)), body);
    });
  }

  test("a certificate of the sandbox is trusted by nobody else", async () => {
    const untrusting = ["--cacert", "/dev/null", "https://erp.insightpulseai.net/web/health"];
    assert.notEqual((await platform.curl(...untrusting)).exitCode, 0);
  });

  test("status says so, and that every host is a machine that runs", async () => {
    const { services, hosts } = JSON.parse(await told(platform.sandbox("status", "prod", "--json")));
    assert.equal(services.length, Object.keys(answers).length);
    const unwell = services.filter(({ healthy }: { healthy: boolean | null }) => healthy !== true);
    assert.deepEqual(unwell, []);
    assert.deepEqual(
      hosts.map(({ key, machine }: { key: string; machine: string }) => [key, machine]),
      [
        ["erp", "running"],
        ["ocr", "running"],
      ],
    );
  });
});
