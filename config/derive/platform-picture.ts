import type { ResolvedService } from "../resolve.ts";
import type { Settings } from "../schema.ts";

/** One box of the picture: a place, and what is in it. */
interface Place {
  readonly title: string;
  readonly subtitle: string;
  readonly rows: readonly { readonly name: string; readonly detail: string }[];
}

const [width, margin, gap] = [960, 24, 24];
const [headHeight, rowHeight, boxPadding] = [52, 40, 14];

/** The platform as an SVG, drawn from the catalogue and the configuration; readable in light and dark. */
export function platformPicture(
  services: readonly ResolvedService[],
  settings: Pick<Settings, "domain" | "hosts" | "database" | "backup">,
): string {
  const columns = [
    { x: margin, width: 380, places: machinePlaces(services, settings) },
    { x: margin + 380 + gap, width: 300, places: platformPlaces(services) },
    { x: margin + 380 + 300 + 2 * gap, width: 184, places: dependencies(settings) },
  ];
  const top = 112;
  const drawn = columns.map((column) => drawColumn(column, top));
  const height = Math.max(...drawn.map(({ bottom }) => bottom)) + margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">The platform at ${escapeMarkup(settings.domain)}</title>`,
    style,
    `<rect class="page" width="${width}" height="${height}"/>`,
    `<rect class="door" x="${margin}" y="${margin}" width="${width - 2 * margin}" height="56" rx="8"/>`,
    text(
      margin + 16,
      margin + 24,
      "name",
      `People sign in with Google and reach *.${settings.domain} over HTTPS`,
    ),
    text(
      margin + 16,
      margin + 44,
      "detail",
      "DNS names, certificates, uptime checks and alerts are derived from one service catalogue",
    ),
    ...columns.slice(0, 2).map(({ x, width: wide }) => arrow(x + wide / 2, margin + 56, top)),
    ...drawn.flatMap(({ shapes }) => shapes),
    "</svg>",
    "",
  ].join("\n");
}

function machinePlaces(services: readonly ResolvedService[], { hosts }: Pick<Settings, "hosts">): Place[] {
  return Object.entries(hosts).map(([key, { name, region, size }]) => ({
    title: name,
    subtitle: `droplet ${size}, ${region}: nginx, firewall`,
    rows: services.flatMap((service) =>
      service.kind === "host" && service.host === key
        ? [{ name: service.hostName, detail: `${service.title}, 127.0.0.1:${service.port}` }]
        : [],
    ),
  }));
}

function platformPlaces(services: readonly ResolvedService[]): Place[] {
  const rowsOf = (kind: "app" | "external") =>
    services
      .filter((service) => service.kind === kind)
      .map(({ hostName, title }) => ({ name: hostName, detail: title }));
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
      rows: [{ name: `${database.odooConnection} pooler`, detail: "a role per application" }],
    },
    {
      title: "Spaces",
      subtitle: "versioned backups",
      rows: [
        { name: backup.region, detail: "first copy" },
        { name: backup.secondRegion, detail: "second copy" },
      ],
    },
    { title: "Registry", subtitle: "images, pinned", rows: [] },
  ];
}

function drawColumn(column: { x: number; width: number; places: readonly Place[] }, top: number) {
  const shapes: string[] = [];
  let y = top;
  for (const { title, subtitle, rows } of column.places) {
    const height = headHeight + rows.length * rowHeight + (rows.length > 0 ? boxPadding : 4);
    shapes.push(
      `<rect class="place" x="${column.x}" y="${y}" width="${column.width}" height="${height}" rx="8"/>`,
    );
    shapes.push(text(column.x + 16, y + 24, "title", title), text(column.x + 16, y + 42, "detail", subtitle));
    rows.forEach(({ name, detail }, position) => {
      const rowTop = y + headHeight + position * rowHeight;
      shapes.push(
        `<rect class="row" x="${column.x + 10}" y="${rowTop}" width="${column.width - 20}" height="${rowHeight - 6}" rx="5"/>`,
        text(column.x + 20, rowTop + 15, "name", name),
        text(column.x + 20, rowTop + 29, "detail", detail),
      );
    });
    y += height + gap;
  }
  return { shapes, bottom: y - gap };
}

function arrow(x: number, from: number, to: number): string {
  return `<path class="arrow" d="M${x} ${from} V${to - 7} m-5 -1 l5 7 l5 -7"/>`;
}

function text(x: number, y: number, kind: "title" | "name" | "detail", words: string): string {
  return `<text class="${kind}" x="${x}" y="${y}">${escapeMarkup(words)}</text>`;
}

function escapeMarkup(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const style = `<style>
  text { font-family: system-ui, sans-serif; fill: #1b2733; }
  .title { font-size: 15px; font-weight: 600; }
  .name { font-size: 12.5px; font-weight: 600; }
  .detail { font-size: 11px; fill: #55636f; }
  .page { fill: #ffffff; }
  .door { fill: #e3f1ee; stroke: #2b7a6b; }
  .place { fill: #f4f6f8; stroke: #b9c3cc; }
  .row { fill: #ffffff; stroke: #dde3e8; }
  .arrow { fill: none; stroke: #2b7a6b; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .detail { fill: #9fb0bf; }
    .page { fill: #0d1117; }
    .door { fill: #12312b; stroke: #4fb3a0; }
    .place { fill: #161b22; stroke: #39434d; }
    .row { fill: #1f262e; stroke: #303a44; }
    .arrow { stroke: #4fb3a0; }
  }
</style>`;
