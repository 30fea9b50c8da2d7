import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Finding } from "../../../operations/doctor/finding.ts";
import { Failure } from "../../../operations/failure.ts";
import type { ReportContents } from "../../../operations/report/contents.ts";
import type { Section } from "../../../operations/report/document.ts";
import { heldDrills, lastDrills } from "../../../operations/report/drills.ts";
import { asked } from "../../../operations/report/gather.ts";
import { reportDocument } from "../../../operations/report/sections.ts";
import { release } from "../rollback/samples.ts";
import { heartbeat, lines, page, textsOf, unasked, well } from "./samples.ts";

/** A section of the report when this differs from a production that is well. */
function section(id: string, change: Partial<ReportContents> = {}): Section {
  const found = reportDocument({ ...well, ...change }).sections.find((one) => one.id === id);
  return found ?? assert.fail(`there is no section ${id}`);
}

const says = (told: Section, words: RegExp) => assert.match(textsOf(told).join("\n"), words);

const finding: Finding = {
  ...{ kind: "disk", severity: "urgent", what: "the disk is full", where: "erp /", cause: "logs" },
  ...{ fix: ["./scripts/sandbox ssh erp", "journalctl --vacuum-size=1G"], byHand: "order a larger one" },
};

suite("a report", () => {
  test("of a production that is well says so in every section", () => {
    const { sections } = reportDocument(well);
    assert.deepEqual(
      sections.filter(({ tone }) => tone !== "good").map(({ id, headline }) => `${id}: ${headline}`),
      [],
    );
    assert.equal(sections.length, 10);
  });

  const parts = {
    health: ["health"],
    examined: ["findings"],
    history: ["uptime", "latency"],
    heartbeats: ["alarm"],
    bill: ["costs"],
    backups: ["backups"],
    drills: ["drills"],
    releases: ["releases"],
    config: ["platform"],
  } as const satisfies Partial<Record<keyof ReportContents, readonly string[]>>;
  for (const [part, ids] of Object.entries(parts))
    test(`says in ${ids.join(" and ")} why nobody could be asked for its ${part}, and tells the rest`, () => {
      const { sections } = reportDocument({ ...well, [part]: unasked });
      assert.equal(sections.length, 10);
      for (const id of ids) {
        const told = sections.find((one) => one.id === id) ?? assert.fail(id);
        assert.equal(told.tone, "unknown");
        says(told, /Nobody could be asked: the bucket <is> & stays closed/);
      }
    });

  test("of nothing that could be asked is a report all the same", () => {
    const nothing = Object.fromEntries(Object.keys(parts).map((part) => [part, unasked]));
    const { sections } = reportDocument({ ...well, ...nothing });
    assert.deepEqual(new Set(sections.map(({ tone }) => tone)), new Set(["unknown"]));
  });
});

suite("the sections of a report", () => {
  test("the picture has the sign and the reason of each host and service", () => {
    const services = (name: string) =>
      (("answer" in well.health && well.health.answer) || []).map((answer) =>
        answer.service === name
          ? { service: name, healthy: false, reason: "answered 502 instead of 200" }
          : answer,
      );
    const told = section("platform", { health: { answer: services("odoo") } });
    assert.deepEqual([told.tone, told.headline], ["bad", "2 hosts, 7 services, 1 not well"]);
    says(told, /class="unwell"/);
    says(told, /answered 502 instead of 200/);
    says(told, /at 192\.0\.2\.20/);
    says(told, /answered 502 instead of 200"\]:::unwell/);
    const drawn = textsOf(section("platform")).join("\n");
    assert.doesNotMatch(drawn, /class="(?:unwell|unknown)"/);
    assert.match(drawn, /class="well"/);
  });

  test("a host that nobody can enter, one that is not converged, and an app that is not in the state", () => {
    const examined = {
      answer: {
        findings: [],
        hosts: [{ key: "erp", address: "192.0.2.10", entered: unasked }],
        resources: { answer: ["dns-n8n"] },
      },
    };
    const health = { answer: [{ service: "superset", healthy: false, reason: "did not answer" }] };
    const told = section("platform", { examined, health });
    says(told, /192\.0\.2\.10 could not be entered/);
    says(told, /, not converged/);
    says(told, /superset\.insightpulseai\.net<br>not in the state"\]:::unwell/);
    says(section("platform", { examined: unasked }), /, nobody could tell/);
  });

  test("health: how many answer, and why one does not", () => {
    const health = { answer: [{ service: "n8n", healthy: false, reason: "did not answer: timeout" }] };
    const told = section("health", { health });
    assert.deepEqual([told.tone, told.headline], ["bad", "0 of 1 services healthy"]);
    says(told, /^n8n\.insightpulseai\.net$/m);
    says(told, /^bad: did not answer: timeout$/m);
  });

  test("uptime: below 99.9 % is not kept, and days weigh by their looks", () => {
    const day = { day: "2026-11-25", what: "odoo", kind: "uptime", target: 99.9 };
    const short = { ...day, count: 10, percent: 50, met: false };
    const told = section("uptime", { history: { answer: { erp: { answer: [...lines, short] } } } });
    assert.deepEqual([told.tone, told.headline], ["bad", "1 name below what was promised"]);
    says(told, /^bad: 99\.147 %$/m);
    says(told, /^2 of 3$/m);
    says(section("uptime"), /^good: 100\.000 %$/m);
  });

  test("latency: one slow day is told, and what was not measured says why", () => {
    const slow = [...lines, page("2026-11-25", 2500)];
    const told = section("latency", { history: { answer: { erp: { answer: slow } } } });
    assert.deepEqual([told.tone, told.headline], ["bad", "1 slower than promised on some day"]);
    says(told, /^bad: 2500\.0$/m);
    says(told, /^unknown: not known: no pg_stat_statements$/m);
    says(section("latency"), /^good: 500\.0$/m);
  });

  test("promises: a host that does not tell its history is named, and those that do are told", () => {
    const history = { answer: { erp: { answer: lines }, ocr: unasked } };
    for (const id of ["uptime", "latency"]) {
      const told = section(id, { history });
      assert.equal(told.tone, "unknown");
      says(told, /ocr could not be asked: the bucket/);
      says(told, /^odoo$/m);
    }
    const nothing = section("uptime", { history: { answer: {} } });
    assert.deepEqual([nothing.tone, nothing.headline], ["unknown", "no day was watched yet"]);
  });

  test("the alarm: silence and open incidents are told, and channels of the last drill", () => {
    says(section("alarm"), /2026-11-26 01:00, slack delivered, mail delivered/);
    const incident = { title: "Disk of erp", wrong: "96 % full", since: "2026-11-26T10:00:00Z" };
    const told = section("alarm", {
      heartbeats: { answer: { erp: { ...heartbeat, incidents: [incident] }, ocr: null } },
    });
    assert.deepEqual(told.headline, "1 open incident, 1 wrong with the watch itself");
    says(told, /Disk of erp since 2026-11-26 10:00: 96 % full/);
    says(told, /ocr has never written a heartbeat/);
  });

  test("backups: the last proven one is told with its age, and what went wrong with its reason", () => {
    assert.equal(
      section("backups").headline,
      "10 h would be lost now, of at most 26 h: so old is the last proven of 2 backups",
    );
    const [older, newer] = ("answer" in well.backups && well.backups.answer.backups) || [];
    if (older === undefined || newer === undefined) assert.fail("two backups");
    const failures = [{ time: "2026-11-26T02:00:00Z", reason: "no space" }];
    const backups = [older, { ...newer, proof: "differs" }];
    const late = section("backups", { backups: { answer: { backups, failures } } });
    assert.deepEqual(
      [late.tone, late.headline],
      ["bad", "34 h would be lost now, of at most 26 h: so old is the last proven of 2 backups"],
    );
    says(late, /^bad: differs$/m);
    says(late, /2026-11-26 02:00: no space/);
    const none = section("backups", { backups: { answer: { backups: [], failures: [] } } });
    assert.deepEqual([none.tone, none.headline], ["bad", "no backup is proven"]);
  });

  test("drills: the newest of each kind, against its limit", () => {
    const record = {
      ...{ drill: "lost-state", at: "2026-11-25T05:00:00Z", seconds: { seen: 1, total: 1200 } },
      ...{ lostSeconds: null, allowanceMinutes: 1, limitMinutes: 15, holds: false, found: "all is there" },
    };
    const older = { ...record, at: "2026-11-24T05:00:00Z", holds: true };
    const answer = heldDrills(JSON.stringify([older, record]));
    assert.deepEqual(lastDrills(answer), [answer[0]]);
    const told = section("drills", { drills: { answer } });
    assert.deepEqual([told.tone, told.headline], ["bad", "1 of 1 took longer than allowed"]);
    says(told, /^bad: 20 min 0 s$/m);
    const [curves] = told.blocks;
    if (curves?.kind !== "curves") assert.fail("a picture of each over time");
    const [picture] = curves.curves;
    assert.deepEqual([picture?.title, picture?.tone], ["lost-state", "bad"]);
    // The limit, and two days of what was measured and of what is allowed for.
    assert.match(
      picture?.picture ?? "",
      /class="target"[\s\S]*class="line0" points="\S+ \S+"[\s\S]*class="line1" points="\S+ \S+"/,
    );
    assert.throws(() => heldDrills("[{}]"), /docs\/drills\.json holds no records/);
    // The file that is there is one of these.
    assert.ok(heldDrills().length > 0);
  });

  test("releases: what runs is the last that was carried through", () => {
    const releases = { answer: [release(3, { result: "failed" }), release(2)] };
    const told = section("releases", { releases });
    assert.match(told.headline, /^20261126T020200Z runs since 2026-11-26 02:02, by somebody: healthy$/);
    says(told, /^20261126T020200Z, which runs$/m);
    says(told, /^bad: failed on the way$/m);
    assert.equal(section("releases", { releases: { answer: [] } }).tone, "unknown");
  });

  test("costs: the total against the budget, and what is accepted is well", () => {
    assert.match(section("costs").headline, /^\$\d+\.\d\d a month, over the budget and accepted$/);
    says(section("costs"), /^The total is \$\d+\.\d\d over the budget of \$\d+\.\d\d \(accepted: /m);
    const bill = "answer" in well.bill ? well.bill.answer : assert.fail("no bill");
    const { accepted: _accepted, ...refused } = {
      ...bill,
      totalUsd: 1000,
      overBudgetUsd: 900,
      cheaper: "smaller",
    };
    const told = section("costs", { bill: { answer: refused } });
    assert.equal(told.tone, "bad");
    says(told, /^smaller$/m);
  });

  test("findings: what, where, why, and every command", () => {
    const examined = { answer: { findings: [finding], hosts: [], resources: unasked } };
    const told = section("findings", { examined });
    assert.deepEqual([told.tone, told.headline], ["bad", "1 finding, 1 urgent"]);
    for (const words of [
      /urgent, disk: the disk is full/,
      /^erp \/$/m,
      /^logs$/m,
      /vacuum-size/,
      /larger one/,
    ])
      says(told, words);
  });
});

test("what cannot be asked is a reason; of a fault of ours only its kind, since its words may quote secrets", async () => {
  assert.deepEqual(await asked(() => 1), { answer: 1 });
  assert.deepEqual(await asked(() => Promise.reject(new Failure("no way in"))), { unasked: "no way in" });
  const { unasked: reason } = (await asked(() => JSON.parse("hunter2 is the password"))) as {
    unasked: string;
  };
  assert.match(reason, /a fault of the program itself \(SyntaxError\)/);
  assert.doesNotMatch(reason, /hunter2/);
});
