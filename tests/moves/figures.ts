import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

const root = resolve(import.meta.dirname, "../..");
const file = "docs/moves.json";

const serviceSchema = z.object({
  /** What was moved and compared. */
  rows: z.number(),
  files: z.number(),
  /** Seconds that somebody outside was not answered: while production was adopted, */
  adoptionSeconds: z.number(),
  /** while it was moved, */
  moveSeconds: z.number(),
  /** while that was undone, */
  undoSeconds: z.number(),
  /** and while it was moved again. */
  againSeconds: z.number(),
});

const figuresSchema = z.object({
  /** The day of the run, such as 2026-11-26. */
  on: z.string(),
  /** PostgreSQL that the data came from. */
  from: z.string(),
  services: z.record(z.string(), serviceSchema),
});

/** What a run of the layer `moves` has measured. Its field names are an interface: scripts read docs/moves.json. */
export type MoveFigures = z.output<typeof figuresSchema>;

/** Writes the figures, and the page that is made of them. */
export function writeFigures(figures: MoveFigures): void {
  writeFileSync(join(root, file), `${JSON.stringify(figures, null, 2)}\n`);
  for (const [path, content] of Object.entries(moveReferences())) writeFileSync(join(root, path), content);
}

/** Files of the repository that say how long moves took, by path, each with what must stand in it. */
export function moveReferences(): Record<string, string> {
  const figures = figuresSchema.parse(JSON.parse(readFileSync(join(root, file), "utf8")));
  return { "docs/moves.md": page(figures) };
}

function page({ on, from, services }: MoveFigures): string {
  return [
    "# How long services were away when production was taken over",
    "",
    "<!-- Made by MOVES_WRITE=1 ./scripts/test moves; the words are in tests/moves/figures.ts. -->",
    "",
    "| service | rows | files | away while adopted | while moved | while that was undone | moved again |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...Object.entries(services).map(
      ([name, one]) =>
        `| ${name} | ${one.rows} | ${one.files} | ${one.adoptionSeconds} s | ${one.moveSeconds} s | ${one.undoSeconds} s | ${one.againSeconds} s |`,
    ),
    "",
    `Measured on ${on}, from ${from}. \`tests/moves/production.test.ts\` does it in one go on the account as it was`,
    "found: both droplets with their old software, three apps, firewalls that open seven ports too many, a zone in which two names answer",
    "twice. `./scripts/ops adopt prod --write` finds it all without an id, the duplicates are decommissioned, `up` adopts, and each",
    "service is moved, put back, and moved again. Somebody in the network asks every service five times a second by its public",
    "name; a stretch counts from the first wrong answer to the next right one.",
    "",
    "Before and after each step, sums over the rows (counts, amounts, a checksum over all names) and a SHA-256 over all files are the same, in the old place",
    "and in the new one. The old software is stopped and kept. Then `awaitsMove` is taken out of the settings: `up` starts and",
    "stops nothing, and a preview changes nothing.",
    "",
    "**What it is not.** The services are the sandbox's stand-ins, which start in a second where Odoo takes half a minute, and",
    "the databases hold megabytes. The pause in production grows with the database: [the runbook](runbooks/move-a-service.md) says with which",
    "part of it.",
    "",
  ].join("\n");
}
