import { z } from "zod";
import { table } from "../cli/output.ts";

const plan = z.object({
  snapshot: z.string(),
  backup: z.string(),
  age: z.string(),
  proven: z.boolean(),
  /** Versions of PostgreSQL, such as 17.12: of the server the dump came from, and of the one it goes to. */
  server: z.object({ backup: z.string(), live: z.string() }).optional(),
  schemas: z.array(z.string()).optional(),
  untouched: z.array(z.string()).optional(),
  tables: z
    .array(z.object({ table: z.string(), now: z.number().nullable(), backup: z.number().nullable() }))
    .optional(),
  files: z.record(z.string(), z.number()).optional(),
});

/** What a restore into the live platform would replace. */
export type RestorePlan = z.output<typeof plan>;

const shownTables = 15;

/** A plan as the host has made it. */
export function readPlan(text: string): RestorePlan {
  return plan.parse(JSON.parse(text));
}

/** A plan for the person who has to decide. */
export function formatPlan({
  backup,
  age,
  proven,
  server,
  schemas,
  untouched,
  tables,
  files,
}: RestorePlan): string {
  const changed = tables ?? [];
  return [
    `The backup from ${backup}, ${age} old, ${proven ? "proven by a restore" : "NOT YET PROVEN by a restore"}.`,
    ...(server === undefined ? [] : [serverLine(server)]),
    ...(schemas === undefined ? [] : [`Schemas that are replaced: ${schemas.join(", ")}.`]),
    ...(untouched?.length ? [`Schemas it does not know, which stay: ${untouched.join(", ")}.`] : []),
    ...(tables === undefined
      ? []
      : changed.length === 0
        ? ["Every table has as many rows now as then."]
        : ["Rows that are replaced:", ...tableRows(changed)]),
    ...Object.entries(files ?? {}).map(
      ([folder, count]) => `${folder} is replaced; ${count} files in it were written since.`,
    ),
    "What was written since the backup is lost, but for the safety backup that is taken first.",
  ].join("\n");
}

function serverLine({ backup, live }: NonNullable<RestorePlan["server"]>): string {
  const from = `Its database was dumped from PostgreSQL ${backup}`;
  if (backup === live) return `${from}, and goes to a server of the same version.`;
  const major = (version: string) => version.split(".")[0];
  const kind = major(backup) === major(live) ? "another minor version" : "ANOTHER MAJOR VERSION";
  return `${from}, and goes to a server of PostgreSQL ${live}: ${kind}.`;
}

function tableRows(changed: NonNullable<RestorePlan["tables"]>): string[] {
  const shown = changed.slice(0, shownTables);
  const count = (rows: number | null) => (rows === null ? "none" : String(rows));
  const rows = shown.map(({ table: name, now, backup }) => ["", name, count(now), count(backup)]);
  const more = changed.length - shown.length;
  return [
    ...table([["", "table", "now", "backup"], ...rows], new Set([2, 3])),
    ...(more > 0 ? [`  and ${more} more tables`] : []),
  ];
}
