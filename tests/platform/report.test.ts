import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { reportPage } from "../../operations/report/html.ts";
import { reportDocument } from "../../operations/report/sections.ts";
import { hostile, month } from "../operations/report/samples.ts";
import { PlatformBrowser } from "./browser.ts";
import { secretTexts } from "./secret-texts.ts";
import { Platform, skip, told } from "./support.ts";

const sections = [
  ...[
    "platform",
    "health",
    "findings",
    "uptime",
    "latency",
    "alarm",
    "backups",
    "drills",
    "releases",
    "costs",
  ],
];

/** What a screen shows. */
interface Measured {
  readonly scrollWidth: number;
  /** Parts that reach beyond the screen, or hide what does not fit into them. */
  readonly beyond: readonly string[];
  /** Ids of the sections that are seen. */
  readonly sections: readonly string[];
  /** Pictures of the platform that are seen. */
  readonly pictures: number;
  /** Height of the smallest letters in those, in pixels of the screen. */
  readonly smallest: number;
  /** Red, green and blue of what is behind everything, up to 255 each. */
  readonly ground: readonly number[];
}

/** Runs in the page. Text inside a picture is as wide as its picture lets it be, so it is held against its box. */
const measure = `(() => {
  const isSeen = (element) => element.getClientRects().length > 0;
  const all = [...document.body.querySelectorAll("*")].filter(isSeen);
  const width = document.documentElement.clientWidth;
  const told = (element) => element.tagName + " " + element.textContent.trim().slice(0, 60);
  const wide = all.filter((one) => one.getBoundingClientRect().right > width + 0.5 || (!one.closest("svg") && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0));
  const pictures = [...document.querySelectorAll("svg.platform")].filter(isSeen);
  const outside = pictures.flatMap((picture) => {
    const end = picture.getBoundingClientRect().right;
    return [...picture.querySelectorAll("text")].filter((text) => text.getBoundingClientRect().right > end - 8);
  });
  return {
    scrollWidth: document.documentElement.scrollWidth,
    beyond: [...wide, ...outside].map(told),
    sections: [...document.querySelectorAll("section")].filter(isSeen).map(({ id }) => id),
    pictures: pictures.length,
    smallest: Math.min(...pictures.flatMap((picture) => [...picture.querySelectorAll("text")].map((text) => text.getBoundingClientRect().height))),
    ground: getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number),
  };
})()`;

/** A section of the page. */
function sectionIn(page: string, id: string): string {
  const [, after] = page.split(`<section id="${id}">`);
  return after?.split("</section>")[0] ?? assert.fail(`there is no section ${id}`);
}

/** A text as it was before HTML or Markdown made something of its letters. */
function unescaped(text: string): string {
  const letters = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "@<!-- -->": "@", "\\": "", "&amp;": "&" };
  return Object.entries(letters).reduce((so, [written, letter]) => so.replaceAll(written, letter), text);
}

/** The report of a production that is there, and how it looks in a real browser. */
describe("the report", { skip, concurrency: false, timeout: 20 * 60_000 }, () => {
  // The browser shares /tmp with who starts it, and nothing else.
  const folder = mkdtempSync("/tmp/report-");
  const file = join(folder, "report.html");
  let platform: Platform;
  let browser: PlatformBrowser;

  before(async () => {
    platform = await Platform.shared();
    browser = await PlatformBrowser.start(platform);
  });
  after(async () => {
    try {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    } finally {
      await platform?.close();
    }
  });

  /** Nobody answers at the public resolvers in there; the sandbox's own do. */
  const resolvers = ["--resolver", "67.207.67.2", "67.207.67.3"];

  test("is made of what everybody answers, and has no secret in it", async () => {
    // A look, so that there is something to tell of today.
    for (const host of ["erp", "ocr"])
      await told(platform.inside(host, "insightpulse-watch", "run", "--once"));
    await told(platform.ops("report", "prod", "--out", file, ...resolvers));
    const page = readFileSync(file, "utf8");
    const markdown = await told(platform.ops("report", "prod", "--markdown", ...resolvers));
    // First of all: no message of what comes after may have one in it either.
    for (const [index, secret] of (await secretTexts(platform)).entries())
      for (const text of [page, markdown])
        assert.ok(!unescaped(text).includes(secret), `secret ${index} stands in the report`);
    for (const id of ["platform", "health", "costs", "drills", "uptime"])
      assert.doesNotMatch(sectionIn(page, id), /Nobody could be asked|could not be asked/, id);
    assert.match(sectionIn(page, "health"), /7 of 7 services healthy/);
    assert.match(sectionIn(page, "platform"), /class="well"/);
    assert.match(sectionIn(page, "uptime"), /<svg class="curve"/);
    assert.match(markdown, /^<!-- insightpulse report: prod -->\n/);
  });

  /** Opens a page from its file, and holds it against what every page must be. */
  async function fits(file: string, name: string, width: number, colorScheme: "light" | "dark") {
    const person = await browser.newPerson();
    const { page } = person;
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("dialog", (dialog) => complaints.push(dialog.message()));
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    await page.goto(`file://${file}`);
    const seen = await page.evaluate<Measured>(measure);
    await person.picture(`${name}-${width}-${colorScheme}`, "whole");
    assert.deepEqual(requests, [`file://${file}`]);
    // What the page's own policy had kept from being loaded would be complained of.
    assert.deepEqual(complaints, []);
    assert.deepEqual(seen.beyond, [], "wider than the screen");
    assert.ok(seen.scrollWidth <= width, `${seen.scrollWidth} px wide`);
    assert.deepEqual(seen.sections, sections);
    assert.equal(seen.pictures, 1, "the picture for this width, and no other");
    assert.ok(seen.smallest >= 9, `lines of ${seen.smallest} px in the picture of the platform`);
    const isBright = seen.ground.reduce((sum, part) => sum + part, 0) > 384;
    assert.equal(isBright, colorScheme === "light", `rgb(${seen.ground})`);
  }

  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [360, 1280])
      test(`fits a screen of ${width} px, ${colorScheme}, and asks nobody for anything`, () =>
        fits(file, "report", width, colorScheme));

  const samples = { "report-of-a-month": month, "report-of-hostile-words": hostile };
  for (const [name, contents] of Object.entries(samples))
    test(`so does a ${name.replaceAll("-", " ")}`, async () => {
      const sample = join(folder, `${name}.html`);
      writeFileSync(sample, reportPage(reportDocument(contents)));
      await fits(sample, name, 360, "dark");
      await fits(sample, name, 1280, "light");
    });

  test("and its list leads to its sections, without a script", async () => {
    const { page } = await browser.newPerson();
    await page.setViewportSize({ width: 360, height: 640 });
    await page.goto(`file://${file}`);
    await page.getByRole("link", { name: "Backups" }).click();
    await page.waitForURL(({ hash }) => hash === "#backups");
    const top = (await page.locator("#backups").boundingBox())?.y ?? assert.fail("no section");
    assert.ok(Math.abs(top) < 640, `${top} px from the top`);
  });
});
