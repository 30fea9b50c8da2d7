import { escapeMarkup as escaped } from "../../config/derive/platform-picture.ts";
import type { Block, Cell, ReportDocument, Section, ToldFinding } from "./document.ts";
import { minuteOf } from "./sections/asked.ts";
import { pageStyle } from "./style.ts";

/** A report as one page that needs nothing else: no script, and nothing from anywhere. */
export function reportPage({ environment, madeAt, sections }: ReportDocument): string {
  const title = `${environment}: the platform's report`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<header>
<h1>${escaped(title)}</h1>
<p>As seen at ${escaped(minuteOf(madeAt))} UTC.</p>
</header>
<nav aria-label="Sections">
<ul>
${sections.map(entry).join("\n")}
</ul>
</nav>
<main>
${sections.map(section).join("\n")}
</main>
</body>
</html>
`;
}

function entry({ id, title, tone, headline }: Section): string {
  return `<li><a class="${tone}" href="#${id}"><strong>${escaped(title)}</strong><span>${escaped(headline)}</span></a></li>`;
}

function section({ id, title, headline, blocks }: Section): string {
  return [
    `<section id="${id}">`,
    `<h2>${escaped(title)}</h2>`,
    `<p class="headline">${escaped(headline)}</p>`,
    ...blocks.map(block),
    "</section>",
  ].join("\n");
}

function block(one: Block): string {
  switch (one.kind) {
    case "words":
      return `<p${one.tone === undefined ? "" : ` class="${one.tone}"`}>${escaped(one.text)}</p>`;
    case "table":
      return table(one);
    case "finding":
      return finding(one.finding);
    case "picture":
      return [withClass(one.wide, "on-screens"), withClass(one.narrow, "on-phones")].join("\n");
    case "curves":
      return [
        '<div class="curves">',
        ...one.curves.map(
          ({ title, tone, picture }) =>
            `<figure><figcaption><h3 class="${tone}">${escaped(title)}</h3></figcaption>${picture}</figure>`,
        ),
        "</div>",
      ].join("\n");
  }
}

function table({ head, rows, right = new Set() }: Extract<Block, { kind: "table" }>): string {
  const classOf = (column: number) => (right.has(column) ? ["amount"] : []);
  const titles = head.map(
    (name, column) => `<th scope="col"${attribute(classOf(column))}>${escaped(name)}</th>`,
  );
  const cell = (one: Cell, column: number) => {
    const { text, tone } = typeof one === "string" ? { text: one, tone: undefined } : one;
    const classes = [...classOf(column), ...(tone === undefined ? [] : [tone])];
    if (text === "") return `<td${attribute(classes)}></td>`;
    const name = `<span class="column">${escaped(head[column] ?? "")}</span>`;
    return `<td${attribute(classes)}>${name}<span class="said">${escaped(text)}</span></td>`;
  };
  return [
    `<table><thead><tr>${titles.join("")}</tr></thead><tbody>`,
    ...rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`),
    "</tbody></table>",
  ].join("\n");
}

function attribute(classes: readonly string[]): string {
  return classes.length === 0 ? "" : ` class="${classes.join(" ")}"`;
}

function finding({ title, tone, facts, commands }: ToldFinding): string {
  return [
    `<article><h3 class="${tone}">${escaped(title)}</h3>`,
    `<dl>${facts.map(([name, text]) => `<dt>${escaped(name)}</dt><dd>${escaped(text)}</dd>`).join("")}</dl>`,
    ...(commands.length === 0 ? [] : [`<pre>${escaped(commands.join("\n"))}</pre>`]),
    "</article>",
  ].join("\n");
}

/** A picture's own class stays: its rules begin with it. */
function withClass(svg: string, name: string): string {
  return svg.replace(/^<svg ([^>]*)class="/, `<svg $1class="${name} `).trimEnd();
}
