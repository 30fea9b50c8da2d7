import { z } from "zod";
import { oldSoftware } from "../../../config/tables/old-software.ts";
import { withDatabase } from "../../database/access.ts";
import { Failure } from "../../failure.ts";
import { HostSession } from "../../hosts/session.ts";
import type { Downtime } from "../../move/downtime.ts";
import { hostToEnter, type Operator, runProgram } from "../../move/host.ts";
import { awaiting, type MovedService, serviceOfContainer } from "../../move/movable.ts";
import { inMegabytes, type Moved, ServiceMove, type Sighting } from "../../move/service-move.ts";
import { openSettings } from "../../stack/settings.ts";
import { confirmByName } from "../asking.ts";
import { print, printJson, say, table } from "../output.ts";

interface Options extends Operator {
  readonly undo?: true;
  readonly dryRun?: true;
  readonly yesReally?: string;
  readonly knownHosts?: string;
  readonly json?: true;
}

const inventorySchema = z.object({
  engine: z.string(),
  containers: z.array(
    z.object({
      name: z.string(),
      image: z.string(),
      runs: z.boolean(),
      unit: z.string().nullable(),
      composeFile: z.string().nullable(),
      volumes: z.array(z.object({ inside: z.string(), path: z.string(), bytes: z.number() })),
    }),
  ),
  databases: z.array(
    z.object({
      ...{ container: z.string(), user: z.string(), name: z.string(), version: z.string() },
      ...{ bytes: z.number(), tables: z.number() },
    }),
  ),
  sites: z.array(
    z.object({
      ...{ file: z.string(), name: z.string(), certificateEnds: z.string() },
      leadsTo: z.array(z.string()),
    }),
  ),
  listens: z.array(z.tuple([z.string(), z.string()])),
  freeBytes: z.number(),
});

type Found = z.output<typeof inventorySchema>;

/** The same, and the service that each container belongs to; null for those that are left behind, and what only a unit has. */
interface Inventory extends Omit<Found, "containers"> {
  readonly containers: readonly (Found["containers"][number] & { readonly service: string | null })[];
}

/** What runs on the hosts of an environment, whoever has put it there; changes nothing. */
export async function inventory(environment: string, options: Options): Promise<void> {
  const settings = await openSettings(environment);
  const hosts: Record<string, Inventory> = {};
  for (const key of Object.keys(settings.config.hosts)) {
    const host = await hostToEnter(settings, key, options);
    const text = await HostSession.during(host, options.knownHosts, (session) =>
      runProgram(session, "inventory.py", {}, ["containers"]),
    );
    const found = inventorySchema.parse(JSON.parse(text));
    const containers = found.containers.map((one) => ({
      ...one,
      service: serviceOfContainer(settings.config, key, one.name),
    }));
    hosts[key] = { ...found, containers };
  }
  if (options.json) return printJson({ environment, hosts });
  print(Object.entries(hosts).map(formatInventory).join("\n\n"));
}

function formatInventory([host, found]: [string, Inventory]): string {
  const { engine, containers, databases, sites, listens, freeBytes } = found;
  const listed = (title: string, rows: string[][]) =>
    rows.length === 0 ? [`  ${title}: none`] : [`  ${title}:`, ...table(rows, new Set())];
  return [
    `${host}, by ${engine}; ${inMegabytes(freeBytes)} free:`,
    ...listed(
      "containers",
      containers.map(({ name, image, runs, unit, service, volumes }) => [
        ...[
          `    ${name}`,
          runs ? "runs" : "stopped",
          service === null ? (unit ?? "of no service") : `of ${service}`,
          image,
        ],
        volumes.map(({ inside, path, bytes }) => `${inside} in ${path} (${inMegabytes(bytes)})`).join(", "),
      ]),
    ),
    ...listed(
      "databases",
      databases.map(({ container, name, user, version, tables, bytes }) => [
        ...[`    ${container}`, `${name} of ${user}`, `PostgreSQL ${version}`],
        `${tables} tables, ${inMegabytes(bytes)}`,
      ]),
    ),
    ...listed(
      "server blocks",
      sites.map(({ file, name, leadsTo, certificateEnds }) => [
        ...[
          `    ${name}`,
          `to ${leadsTo.join(", ") || "nobody"}`,
          file,
          certificateEnds && `certificate until ${certificateEnds}`,
        ],
      ]),
    ),
    ...listed(
      "listens",
      listens.map(([address, program]) => [`    ${address}`, program]),
    ),
  ].join("\n");
}

/** Moves a service, or puts the old one back. */
export async function move(name: string, environment: string, options: Options): Promise<void> {
  const { undo, dryRun, yesReally, json } = options;
  if (yesReally !== undefined && yesReally !== name)
    throw new Failure(`--yes-really says ${yesReally}, and the service is ${name}`);
  const settings = await openSettings(environment);
  const service = awaiting(settings.config, name);
  const host = await hostToEnter(settings, service.host, options);
  await withDatabase(environment, options.knownHosts, (access) =>
    HostSession.during(host, options.knownHosts, async (session) => {
      const one = new ServiceMove(service, access, session, say);
      if (undo) {
        if (yesReally === undefined)
          await confirm(
            name,
            "put the old one back; what was written at the new place since stays there alone",
          );
        const downtime = await one.undo();
        return json
          ? printJson({ environment, service: name, undone: true, downtime })
          : print(undone(name, downtime));
      }
      const seen = await one.look();
      if (dryRun)
        return json ? printJson({ environment, service: name, ...seen }) : print(formatPlan(service, seen));
      say(formatPlan(service, seen));
      if (yesReally === undefined) await confirm(name, "move it");
      const moved = await one.run(seen);
      if (json) printJson({ environment, service: name, ...moved });
      else print(formatMoved(service, moved));
    }),
  );
}

async function confirm(name: string, what: string): Promise<void> {
  const unattended = new Failure(
    "it asks for the service's name, and there is nobody to ask",
    `--yes-really ${name}`,
  );
  await confirmByName(name, what, unattended);
}

function formatPlan({ name, host, databaseRole, hostName }: MovedService, seen: Sighting): string {
  const { step, image, tables, databaseBytes, server, sealed, folders, sites } = seen;
  const begun =
    step === null
      ? []
      : [
          step === "undone"
            ? "what a move that was undone has left there is replaced"
            : `a move goes on that had got to: ${step}`,
        ];
  return [
    `${name} (${image}) on ${host}:`,
    server === ""
      ? "  no database"
      : `  ${tables} tables, ${inMegabytes(databaseBytes)}, of PostgreSQL ${server}, into schema ${databaseRole} of the managed database`,
    ...(sealed === 0
      ? []
      : [`  ${sealed} sealed values, all open with its key; they are sealed anew for the new one`]),
    ...folders.map(
      ({ from, to, files, bytes }) => `  ${files} files, ${inMegabytes(bytes)}, from ${from} to ${to}`,
    ),
    `  ${sites.length === 0 ? `our own server block serves ${hostName} already` : `put aside: ${sites.join(", ")}`}`,
    ...begun.map((line) => `  ${line}`),
  ].join("\n");
}

function formatMoved({ name, title }: MovedService, { compared, downtime, stages }: Moved): string {
  const same = compared
    ? `${compared.rows} rows of ${compared.tables} tables and ${compared.files} files are what they were${compared.opened > 0 ? `, ${compared.opened} sealed values open with the key it has there` : ""}`
    : "rows and files were compared by the run before";
  const took = Object.entries(stages).map(([stage, seconds]) => [`  ${stage}`, `${seconds.toFixed(1)} s`]);
  return [
    `${title} is moved: ${same}`,
    ...table(took, new Set([1])),
    away(downtime),
    "",
    ...checklist(name),
  ].join("\n");
}

const away = ({ seconds, longestSeconds, questions, unanswered }: Downtime) =>
  `it was away for ${seconds} s, ${longestSeconds} s at a stretch (${unanswered} of ${questions} questions from here)`;

const undone = (name: string, downtime: Downtime) =>
  `${name} serves from its old place again; ${away(downtime)}. The next move replaces what this one has left.`;

/** What is still to be done; nothing of the old one is removed before somebody has missed nothing. */
function checklist(name: string): string[] {
  const old = oldSoftware[name];
  const remains =
    old === undefined || "unit" in old
      ? `rm /etc/systemd/system/${old?.unit ?? `${name}.service`}; systemctl daemon-reload; and its folders`
      : `docker rm ${old.container} ${old.database.container}; docker volume ls shows their volumes`;
  return [
    "now, before anything else is delivered:",
    `  [ ] pulumi config rm --path 'insightpulse:services.${name}.awaitsMove'; commit it; pulumi up: it changes no service`,
    "  [ ] ./scripts/ops backup now: the first with its data",
    "when nobody has missed anything for two weeks, on the host:",
    `  [ ] ${remains}`,
    `  [ ] rm -r /var/lib/insightpulse/move/${name}/sites, the old server block, and its certificate`,
  ];
}
