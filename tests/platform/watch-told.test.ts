import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { waitFor } from "../support/wait-for.ts";
import { withImpostor } from "./impostor.ts";
import { healthUrls, waitUntilWell } from "./services.ts";
import { Platform, skip, told } from "./support.ts";
import { Watching } from "./watching.ts";

const domain = "insightpulseai.net";
const urls = healthUrls(domain);
const secrets = "/etc/insightpulse/secrets";

describe("whom the watch over production's hosts reaches, and what it says of itself", {
  skip,
  concurrency: false,
}, () => {
  let platform: Platform;
  let watching: Watching;
  before(async () => {
    platform = await Platform.shared();
    watching = await Watching.begin(platform);
  });
  after(async () => {
    try {
      await watching?.end();
    } finally {
      await platform?.close();
    }
  });

  test("Slack takes nothing: mail still comes, and says that about Slack as well", async () => {
    const before = watching.mails().length;
    const slack = watching.messages().length;
    await platform.instead("erp", `${secrets}/slack-webhook`, "https://hooks.slack.com/gone\n", async () => {
      await withImpostor(platform, ["answer.py", "nothing", "0"], async () => {
        await watching.look("erp");
        await watching.look("erp");
      });
      await watching.look("erp");
      await watching.look("erp");
    });
    const mails = watching.mails().slice(before).join("\n");
    assert.match(mails, /n8n answers 200, but with another body/);
    assert.match(mails, /the alert channel slack takes no messages: Slack answered 404/);
    assert.equal(watching.messages().length, slack);
    const drilled = await platform.inside("erp", "insightpulse-watch", "drill");
    assert.equal(drilled.exitCode, 0, drilled.text);
    await watching.green("erp", /the alert channel slack is well again/);
  });

  test("nobody takes anything: whoever looks from outside says so, and what was to be told is told later", async () => {
    const [slack, mail] = [watching.messages().length, watching.mails().length];
    const nowhere = {
      server: "smtp.invalid",
      port: 587,
      from: "a@example.com",
      user: "a",
      password: "x",
      to: ["b@example.com"],
      environment: "prod",
    };
    await platform.instead("erp", `${secrets}/mail.json`, JSON.stringify(nowhere), async () => {
      await platform.instead(
        "erp",
        `${secrets}/slack-webhook`,
        "https://hooks.slack.com/gone\n",
        async () => {
          try {
            watching.now = Date.now() - 10 * 60_000;
            const drilled = await platform.inside("erp", "insightpulse-watch", "drill");
            assert.equal(drilled.exitCode, 1);
            assert.match(
              drilled.text,
              /did not arrive everywhere \(slack: Slack answered 404; mail: smtp\.invalid:587 cannot be reached/,
            );
            await watching.on("erp", "systemctl stop n8n");
            await watching.look("erp");
            await watching.look("erp");
            await watching.startN8n();
            await watching.look("ocr", 0);
            // The other host goes on telling people.
            const own = /ipai-odoo-erp: /;
            assert.deepEqual(watching.since(slack, own), []);
            assert.deepEqual(
              watching
                .mails()
                .slice(mail)
                .filter((text) => own.test(text)),
              [],
            );

            const said = await platform.ops("heartbeat", "prod", "--tell", "--json");
            assert.equal(said.exitCode, 3, said.text);
            const { wrong } = JSON.parse(said.stdout);
            assert.match(wrong.join("\n"), /erp cannot tell anybody by slack since .*: Slack answered 404/);
            assert.match(wrong.join("\n"), /erp cannot tell anybody by mail since/);
            assert.match(wrong.join("\n"), /erp has \d+ messages? that nobody has taken/);
            assert.match(watching.since(slack, /The watch over prod/)[0] ?? "", /erp has \d+ message/);
            assert.match(
              watching.mails().slice(mail).join("\n"),
              /The watch over prod is not as it should be/,
            );
          } finally {
            await watching.startN8n();
          }
        },
      );
    });
    await waitUntilWell(platform, [urls.n8n]);
    await watching.look("erp");
    await waitFor(() => watching.since(slack, /n8n does not listen/).length === 1, "what nobody had heard");
    const drilled = await platform.inside("erp", "insightpulse-watch", "drill");
    assert.equal(drilled.exitCode, 0, drilled.text);
  });

  test("a host that is silent is missed from outside", async () => {
    watching.now = Date.now() - 25 * 60_000;
    await watching.look("erp", 0);
    watching.now = Date.now();
    await watching.look("ocr", 0);
    const silent = await platform.ops("heartbeat", "prod");
    assert.equal(silent.exitCode, 3, silent.text);
    assert.match(silent.text, /^erp is silent: its last heartbeat is 2[5-9] minutes old, allowed are 15$/m);
    assert.doesNotMatch(silent.text, /^ocr is/m);
    await watching.look("erp", 0);
    assert.equal((await platform.ops("heartbeat", "prod")).exitCode, 0);
  });

  test("the daily drill arrives in Slack and by mail", async () => {
    const [slack, mail] = [watching.messages().length, watching.mails().length];
    await watching.on("ocr", "systemctl start alarm-drill.service");
    assert.equal(watching.since(slack, /ocr-service-droplet fails on purpose/).length, 1);
    assert.match(watching.mails().slice(mail).join("\n"), /Drill: the daily test of the alarm on/);
  });

  test("what fails six times within ten seconds is told six times", async () => {
    const slack = watching.messages().length;
    const failing = "systemctl start alarm@backup-copy.service.service";
    await watching.on("ocr", `for time in 1 2 3 4 5 6; do ${failing}; done`);
    assert.equal(watching.since(slack, /backup-copy\.service on ocr-service-droplet/).length, 6);
  });

  test("a day's times are kept, on the host and beside the heartbeats, and shown to operators", async () => {
    const page = `/web/login?watched=${randomUUID()}`;
    await told(platform.curl("--fail", "--output", "/dev/null", `https://erp.${domain}${page}`));
    await watching.written("erp", "odoo", page);
    // Both looks at noon, so that they are of one day at whatever time this runs.
    const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    watching.now = Date.parse(`${day}T12:00:00Z`);
    await watching.look("erp");
    await watching.look("erp");
    await watching.look("erp", 24 * 60);
    const said = await platform.ops("latency", "prod", "--json", "--days", "3");
    assert.equal(said.exitCode, 0, said.text);
    const { lines, summary } = JSON.parse(said.stdout);
    const find = (what: string, kind: string) =>
      (lines as { day: string; what: string; kind: string }[]).find(
        (line) => line.day === day && line.what === what && line.kind === kind,
      ) as { count: number; p95: number; target: number; met: boolean } | undefined;
    assert.ok((find("odoo", "page")?.count ?? 0) >= 1);
    assert.equal(find("odoo", "page")?.target, 2000);
    assert.ok((find("odoo", "uptime")?.count ?? 0) >= 2);
    assert.ok((summary as { kind: string }[]).some(({ kind }) => kind === "uptime"));
    const object = join(
      platform.folder,
      "cloud/spaces/data/insightpulse-backups-heartbeats/history/erp",
      `${day.slice(0, 7)}.jsonl`,
    );
    assert.match(readFileSync(object, "utf8"), /"what": "odoo", "kind": "page"/);
  });

  test("what watching costs", async (context) => {
    await watching.on("erp", "systemctl start watch.service");
    const { hosts } = JSON.parse((await platform.ops("heartbeat", "prod", "--json")).stdout);
    const { cpuSeconds, memoryMib, seconds } = hosts.erp.cost;
    context.diagnostic(`a round takes ${seconds} s, ${cpuSeconds} s of CPU and ${memoryMib} MiB`);
    // Of five minutes on one core, and of 4 GiB.
    assert.ok(cpuSeconds < 300 * 0.02, `${cpuSeconds} s of CPU`);
    assert.ok(memoryMib < 100, `${memoryMib} MiB`);
  });
});
