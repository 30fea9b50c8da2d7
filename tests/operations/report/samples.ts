import { catalogue } from "../../../config/catalogue.ts";
import { billOf } from "../../../operations/cost/bills.ts";
import { readSettingsText } from "../../../operations/environments.ts";
import type { ReportContents } from "../../../operations/report/contents.ts";
import type { Block, Cell, Section } from "../../../operations/report/document.ts";
import type { Heartbeat } from "../../../operations/watch/heartbeats.ts";
import type { HistoryLine } from "../../../operations/watch/history.ts";
import { config } from "../doctor/healthy.ts";
import { release } from "../rollback/samples.ts";

/** The time of all these tests. */
export const madeAt = "2026-11-26T12:00:00.000Z";

/** A heartbeat of a host at which all is well. */
export const heartbeat: Heartbeat = {
  ...{ time: "2026-11-26T11:55:00Z", watchingSince: "2026-11-01T00:00:00Z", incidents: [], untold: 0 },
  channels: { slack: { delivered: "2026-11-26T01:00:01Z" }, mail: { delivered: "2026-11-26T01:00:01Z" } },
  drill: { time: "2026-11-26T01:00:00Z", channels: { slack: "delivered", mail: "delivered" } },
  cost: { seconds: 2, cpuSeconds: 0.4, memoryMib: 30 },
};

/** Two days of Odoo as promised; of the day between them nobody knows anything. */
export const lines: readonly HistoryLine[] = ["2026-11-24", "2026-11-26"].flatMap((day) => [
  { day, what: "odoo", kind: "uptime", count: 288, percent: 100, target: 99.9, met: true },
  page(day, 500),
  { day, what: "odoo", kind: "file", count: 900, failed: 0, p50: 1, p95: 4, p99: 9 },
  { day, what: "database", kind: "query", unknown: "no pg_stat_statements" },
]);

/** How the pages of Odoo were on a day. */
export function page(day: string, p95: number): HistoryLine {
  const times = { count: 40, failed: 0, p50: 90, p95, p99: p95 * 2 };
  return { day, what: "odoo", kind: "page", ...times, target: 2000, met: p95 <= 2000 };
}

/** A production about which everybody answers, and nothing is wrong. */
export const well: ReportContents = {
  ...{ environment: "prod", madeAt, days: 30 },
  config: { answer: config },
  health: { answer: config.resolvedServices.map(({ name }) => ({ service: name, healthy: true })) },
  examined: {
    answer: {
      findings: [],
      hosts: [
        { key: "erp", address: "192.0.2.10", entered: { answer: true } },
        { key: "ocr", address: "192.0.2.20", entered: { answer: true } },
      ],
      resources: { answer: ["dns-n8n", "app-superset-app", "app-mcp-app"] },
    },
  },
  history: { answer: { erp: { answer: lines }, ocr: { answer: [] } } },
  heartbeats: { answer: { erp: heartbeat, ocr: heartbeat } },
  bill: {
    answer: billOf({ environment: "prod", origin: "prod", settings: readSettingsText("prod"), catalogue }),
  },
  backups: {
    answer: {
      backups: ["25", "26"].map((day) => ({
        ...{ snapshot: `aa${day}`, time: `2026-11-${day}T02:00:00Z`, kind: "platform", result: "complete" },
        ...{ proof: "proven", rows: 2000, uploadedBytes: 1_500_000 },
      })),
      failures: [],
    },
  },
  drills: {
    answer: [
      {
        ...{
          drill: "droplet-loss",
          at: "2026-11-25T05:00:00Z",
          seconds: { total: 114.7 },
          lostSeconds: 17.1,
        },
        ...{ allowanceMinutes: 12, limitMinutes: 30, holds: true, found: "25 files, as in the backup" },
      },
    ],
  },
  releases: { answer: [release(2), release(1, { result: "failed" })] },
};

/** The part of that production which cannot be asked. */
export const unasked = { unasked: "the bucket <is> & stays closed" };

/** What nobody would write, in every place that takes words from somewhere else. */
const evil = `<script>alert("1")</script><img src=x onerror='x'> | \`\`\` [a](javascript:b) @everybody *b* ${"x".repeat(400)}`;
/** A production of which others have written that. */
export const hostile: ReportContents = {
  ...well,
  health: {
    answer: [
      { service: "odoo", healthy: false, reason: evil },
      { service: evil, healthy: true },
    ],
  },
  examined: {
    answer: {
      findings: [
        { kind: "disk", severity: "soon", what: evil, where: evil, cause: evil, fix: [evil], byHand: evil },
      ],
      hosts: [{ key: "erp", address: evil, entered: { answer: true } }],
      resources: { unasked: evil },
    },
  },
  history: {
    answer: { erp: { answer: [{ ...page("2026-11-26", 10), what: evil }] }, ocr: { unasked: evil } },
  },
  heartbeats: {
    answer: {
      erp: { ...heartbeat, incidents: [{ title: evil, wrong: evil, since: heartbeat.time }] },
      ocr: { unreadable: evil },
    },
  },
  bill: { unasked: evil },
  backups: { answer: { backups: [], failures: [{ time: heartbeat.time, reason: evil }] } },
  drills: { unasked: evil },
  releases: {
    answer: [release(1, { by: evil, result: "unhealthy", unwell: [{ service: "odoo", reason: evil }] })],
  },
};

/** A month of a production in which one day was slow and one was bad. */
export const month: ReportContents = {
  ...well,
  history: {
    answer: {
      erp: {
        answer: Array.from({ length: 30 }, (_, index) => {
          const day = new Date(Date.parse(madeAt) - (29 - index) * 86_400_000).toISOString().slice(0, 10);
          const percent = index === 12 ? 98.6 : 100;
          const looks = { count: 288, percent, target: 99.9, met: percent === 100 };
          return [
            page(day, index === 20 ? 2600 : 300 + 40 * (index % 7)),
            { day, what: "odoo", kind: "uptime", ...looks },
          ];
        }).flat(),
      },
    },
  },
};

/** Everything that a section says, one text for each cell, word and title. */
export function textsOf({ title, headline, blocks }: Section): string[] {
  return [title, headline, ...blocks.flatMap(textsIn)];
}

function textsIn(block: Block): string[] {
  const text = (cell: Cell) => (typeof cell === "string" ? cell : `${cell.tone}: ${cell.text}`);
  switch (block.kind) {
    case "words":
      return [block.text];
    case "table":
      return [...block.head, ...block.rows.flat().map(text)];
    case "finding":
      return [block.finding.title, ...block.finding.facts.flat(), ...block.finding.commands];
    case "picture":
      return [block.wide, block.narrow, block.diagram];
    case "curves":
      return block.curves.flatMap((curve) => [curve.title, curve.picture]);
  }
}
