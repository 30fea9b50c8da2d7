import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { reportPage } from "../../../operations/report/html.ts";
import { reportMarkdown } from "../../../operations/report/markdown.ts";
import { reportDocument } from "../../../operations/report/sections.ts";
import { hostile, page as pages, well } from "./samples.ts";

const tags = (html: string) => new Set([...html.matchAll(/<([a-z][a-z0-9]*)/g)].map(([, name]) => name));

suite("the page", () => {
  const page = reportPage(reportDocument(well));

  test("shows as text what others have written, wherever it stands", () => {
    const html = reportPage(reportDocument(hostile));
    assert.deepEqual(tags(html), new Set([...tags(page), "article", "dl", "dt", "dd", "pre"]));
    assert.doesNotMatch(html, /<script|<img|<iframe/);
    const shown = html.match(/&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt;/g) ?? [];
    assert.ok(shown.length > 15, `${shown.length} times`);
  });

  test("has no script, no form, and nothing that is loaded from anywhere", () => {
    assert.doesNotMatch(page, /<script|<form|<img|<iframe|@import|url\(/);
    // Names of namespaces are no addresses: nothing is asked of them.
    const addresses = [...page.matchAll(/(?:src|href|action)="(?<address>[^"]*)"/g)];
    assert.deepEqual(
      addresses.map(({ groups }) => groups?.address ?? "").filter((one) => !/^(?:#[a-z]+|data:,)$/.test(one)),
      [],
    );
    assert.match(page, /Content-Security-Policy" content="default-src 'none'/);
  });

  test("has a place for every entry of its list", () => {
    const entries = [...page.matchAll(/href="#(?<id>[a-z]+)"/g)].map(({ groups }) => groups?.id);
    assert.equal(entries.length, 10);
    for (const id of entries) assert.ok(page.includes(`<section id="${id}">`), id);
  });

  test("draws a day without a value as a gap, and a day alone as a point", () => {
    assert.doesNotMatch(page, /<polyline/);
    assert.ok((page.match(/<circle class="line0"/g) ?? []).length >= 2);
    const days = ["2026-11-24", "2026-11-25", "2026-11-26"].map((day) => pages(day, 500));
    const whole = { ...well, history: { answer: { erp: { answer: days } } } };
    assert.match(reportPage(reportDocument(whole)), /<polyline class="line1" points="[\d., ]+"/);
    assert.doesNotMatch(page, /NaN|Infinity|undefined/);
  });
});

suite("the Markdown", () => {
  test("begins with the line by which its comment is found again", () => {
    assert.match(reportMarkdown(reportDocument(well)), /^<!-- insightpulse report: prod -->\n/);
  });

  test("shows as text what others have written, keeps its tables whole, and calls nobody", () => {
    const text = reportMarkdown(reportDocument(hostile));
    // In a fence everything is text; a fence is longer than what it holds.
    const outside = text.replace(/^(`{3,})\w+\n[\s\S]*?\n\1$/gm, "");
    assert.deepEqual(tags(outside), new Set(["details", "summary", "b", "sub"]));
    assert.doesNotMatch(outside, /@everybody|(?<!\\)\[a\]|(?<!\\)\*b/);
    assert.match(text, /^````sh\n<script>/m);
    for (const table of outside.split("\n\n").filter((part) => part.startsWith("| "))) {
      const columns = table.split("\n").map((row) => row.replaceAll("\\|", "").split("|").length);
      assert.equal(new Set(columns).size, 1, table);
    }
  });

  test("that is too long for a comment says where the whole is", () => {
    const findings = Array.from({ length: 300 }, (_, index) => ({
      ...({
        kind: "disk",
        severity: "soon",
        what: `number ${index}`,
        where: "erp",
        cause: "x".repeat(300),
      } as const),
      fix: [],
    }));
    const examined = { answer: { findings, hosts: [], resources: { answer: [] } } };
    const text = reportMarkdown(reportDocument({ ...well, examined }));
    assert.ok(text.length < 65_536);
    assert.match(text, /300 findings/);
    assert.match(text, /ops report --out FILE/);
  });
});
