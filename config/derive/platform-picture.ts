import type { ResolvedService } from "../resolve.ts";
import type { Settings } from "../schema.ts";

/** How something that is drawn fares. */
export interface PictureMark {
  readonly state: "well" | "unwell" | "unknown";
  /** Stands in the place of its detail. */
  readonly words?: string;
}

/** What was seen of the platform; what has no mark is drawn as in the plan. */
export interface PictureMarks {
  /** By the short name in the settings. */
  readonly hosts: Readonly<Record<string, PictureMark>>;
  /** By name. */
  readonly services: Readonly<Record<string, PictureMark>>;
}

/** How the picture is drawn. */
export interface PictureOptions {
  /**
   * - `wide`: three columns, for pages and screens.
   * - `narrow`: one column, legible on a phone.
   *
   * @default "wide"
   */
  readonly shape?: "wide" | "narrow";
  /** @default nothing was seen: the plan */
  readonly marks?: PictureMarks;
}

/** One line of a box. */
interface Row {
  readonly name: string;
  readonly detail: string;
  readonly mark: PictureMark | undefined;
}

/** One box of the picture: a place, and what is in it. */
interface Place {
  readonly title: string;
  readonly subtitle: string;
  readonly mark?: PictureMark | undefined;
  readonly rows: readonly Row[];
}

interface Column {
  readonly x: number;
  readonly width: number;
  readonly places: readonly Place[];
}

const gap = 24;
const [headHeight, rowHeight, boxPadding] = [52, 40, 14];
/** About what a letter of a detail takes. */
const letterWidth = 5.6;
const unmarked: PictureMarks = { hosts: {}, services: {} };

/** The platform as an SVG, drawn from the catalogue and the configuration; readable in light and dark. */
export function platformPicture(
  services: readonly ResolvedService[],
  settings: Pick<Settings, "domain" | "hosts" | "database" | "backup">,
  { shape = "wide", marks = unmarked }: PictureOptions = {},
): string {
  const [width, margin] = shape === "wide" ? [960, 24] : [400, 8];
  const machines = machinePlaces(services, settings, marks);
  const elsewhere = platformPlaces(services, marks);
  const columns: Column[] =
    shape === "wide"
      ? [
          { x: margin, width: 380, places: machines },
          { x: margin + 380 + gap, width: 300, places: elsewhere },
          { x: margin + 380 + 300 + 2 * gap, width: 184, places: dependencies(settings) },
        ]
      : [
          {
            ...{ x: margin, width: width - 2 * margin },
            places: [...machines, ...elsewhere, ...dependencies(settings)],
          },
        ];
  const top = margin + 88;
  const drawn = columns.map((column) => drawColumn(column, top));
  const height = Math.max(...drawn.map(({ bottom }) => bottom)) + margin;
  const [name, detail] = doorWords(settings.domain, shape);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="platform" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>The platform at ${escapeMarkup(settings.domain)}</title>`,
    style,
    `<rect class="page" width="${width}" height="${height}"/>`,
    `<rect class="door" x="${margin}" y="${margin}" width="${width - 2 * margin}" height="56" rx="8"/>`,
    text(margin + 16, margin + 24, "name", name),
    text(margin + 16, margin + 44, "detail", detail),
    ...columns.slice(0, 2).map(({ x, width: wide }) => arrow(x + wide / 2, margin + 56, top)),
    ...drawn.flatMap(({ shapes }) => shapes),
    "</svg>",
    "",
  ].join("\n");
}

function doorWords(domain: string, shape: "wide" | "narrow"): [string, string] {
  if (shape === "narrow") return [`People reach *.${domain}`, "signed in with Google, over HTTPS"];
  return [
    `People sign in with Google and reach *.${domain} over HTTPS`,
    "DNS names, certificates, uptime checks and alerts are derived from one service catalogue",
  ];
}

function machinePlaces(
  services: readonly ResolvedService[],
  { hosts }: Pick<Settings, "hosts">,
  marks: PictureMarks,
): Place[] {
  return Object.entries(hosts).map(([key, { name, region, size }]) => ({
    title: name,
    subtitle: `droplet ${size}, ${region}: nginx, firewall`,
    mark: marks.hosts[key],
    rows: services.flatMap((service) =>
      service.kind === "host" && service.host === key
        ? [row(service, `${service.title}, 127.0.0.1:${service.port}`, marks)]
        : [],
    ),
  }));
}

function row({ name, hostName }: ResolvedService, detail: string, { services }: PictureMarks): Row {
  return { name: hostName, detail, mark: services[name] };
}

function platformPlaces(services: readonly ResolvedService[], marks: PictureMarks): Place[] {
  const rowsOf = (kind: "app" | "external") =>
    services.filter((service) => service.kind === kind).map((service) => row(service, service.title, marks));
  return [
    { title: "App Platform", subtitle: "containers, TLS by the platform", rows: rowsOf("app") },
    { title: "Elsewhere", subtitle: "a name, and somebody else's machine", rows: rowsOf("external") },
  ];
}

function dependencies({ database, backup }: Pick<Settings, "database" | "backup">): Place[] {
  return [
    {
      title: "Supabase",
      subtitle: "PostgreSQL",
      rows: [dependency(`${database.odooConnection} pooler`, "a role per application")],
    },
    {
      title: "Spaces",
      subtitle: "versioned backups",
      rows: [dependency(backup.region, "first copy"), dependency(backup.secondRegion, "second copy")],
    },
    { title: "Registry", subtitle: "images, pinned", rows: [] },
  ];
}

/** Nobody looks at it from here, so that it has no mark. */
function dependency(name: string, detail: string): Row {
  return { name, detail, mark: undefined };
}

function drawColumn({ x, width, places }: Column, top: number) {
  const shapes: string[] = [];
  let y = top;
  for (const { title, subtitle, mark, rows } of places) {
    const height = headHeight + rows.length * rowHeight + (rows.length > 0 ? boxPadding : 4);
    shapes.push(
      `<rect class="place" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>`,
      text(x + 16, y + 24, "title", title),
      detail(x + 16, y + 42, subtitle, mark, width),
      ...sign(x + width - 24, y + 26, mark),
    );
    rows.forEach((one, position) => {
      const rowTop = y + headHeight + position * rowHeight;
      shapes.push(
        `<rect class="row" x="${x + 10}" y="${rowTop}" width="${width - 20}" height="${rowHeight - 6}" rx="5"/>`,
        text(x + 20, rowTop + 15, "name", one.name),
        detail(x + 20, rowTop + 29, one.detail, one.mark, width),
        ...sign(x + width - 24, rowTop + (rowHeight - 6) / 2, one.mark),
      );
    });
    y += height + gap;
  }
  return { shapes, bottom: y - gap };
}

function detail(x: number, y: number, plan: string, mark: PictureMark | undefined, width: number): string {
  if (mark?.words === undefined) return text(x, y, "detail", plan);
  const most = Math.floor((width - 60) / letterWidth);
  const { words } = mark;
  return text(x, y, "detail", words.length > most ? `${words.slice(0, most - 1)}…` : words);
}

/** Told by its shape as well as by its colour: a disc is well, a diamond is not, a ring is not known. */
function sign(x: number, y: number, mark: PictureMark | undefined): string[] {
  if (mark === undefined) return [];
  const inside = `<title>${mark.state}</title>`;
  if (mark.state === "unwell")
    return [`<path class="unwell" d="M${x} ${y - 8} l8 8 l-8 8 l-8 -8 z">${inside}</path>`];
  return [`<circle class="${mark.state}" cx="${x}" cy="${y}" r="6">${inside}</circle>`];
}

function arrow(x: number, from: number, to: number): string {
  return `<path class="arrow" d="M${x} ${from} V${to - 7} m-5 -1 l5 7 l5 -7"/>`;
}

function text(x: number, y: number, kind: "title" | "name" | "detail", words: string): string {
  return `<text class="${kind}" x="${x}" y="${y}">${escapeMarkup(words)}</text>`;
}

/** A text as it stands in markup, between tags and in attributes. */
export function escapeMarkup(words: string): string {
  return words
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

// Every rule begins with the picture's class: inside a page, a picture's rules hold for all of the page.
const style = `<style>
  .platform text { font-family: system-ui, sans-serif; fill: #1b2733; }
  .platform .title { font-size: 15px; font-weight: 600; }
  .platform .name { font-size: 12.5px; font-weight: 600; }
  .platform .detail { font-size: 11px; fill: #55636f; }
  .platform .page { fill: #ffffff; }
  .platform .door { fill: #e3f1ee; stroke: #2b7a6b; }
  .platform .place { fill: #f4f6f8; stroke: #b9c3cc; }
  .platform .row { fill: #ffffff; stroke: #dde3e8; }
  .platform .arrow { fill: none; stroke: #2b7a6b; stroke-width: 1.5; }
  .platform .well { fill: #2b7a6b; }
  .platform .unwell { fill: #c4312b; }
  .platform .unknown { fill: none; stroke: #7a8894; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    .platform text { fill: #e6edf3; }
    .platform .detail { fill: #9fb0bf; }
    .platform .page { fill: #0d1117; }
    .platform .door { fill: #12312b; stroke: #4fb3a0; }
    .platform .place { fill: #161b22; stroke: #39434d; }
    .platform .row { fill: #1f262e; stroke: #303a44; }
    .platform .arrow { stroke: #4fb3a0; }
    .platform .well { fill: #4fb3a0; }
    .platform .unwell { fill: #ff7b72; }
    .platform .unknown { stroke: #8b98a5; }
  }
</style>`;
