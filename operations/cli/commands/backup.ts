import { Command } from "commander";
import { type BackupHost, onBackupHost } from "../../backup/host.ts";
import { type BackupList, newestProven, readBackupList, recoveryPoint } from "../../backup/list.ts";
import { requireEnvironment } from "../../environments.ts";
import { Failure } from "../../failure.ts";
import { plainConfiguration } from "../../plain-configuration.ts";
import { knownHostsOption } from "../options.ts";
import { print, printJson, table } from "../output.ts";

/** `backup`: take, list and prove backups. */
export function backupCommand(): Command {
  return new Command("backup")
    .description("take backups, list them, and prove one by restoring it beside the platform")
    .addCommand(task("now", "take a backup, and prove it", now))
    .addCommand(task("list", "show the backups there are", list).option("--json", "print one JSON object"))
    .addCommand(
      task(
        "prove",
        "restore a backup into scratch on its host, and compare every table and file",
        prove,
      ).option("--at <time>", "the newest backup that is no younger, such as 2026-11-25T02:00:00Z"),
    )
    .addHelpText(
      "afterAll",
      `
The host does this by itself every night at 02:00 UTC. These commands ask it to do so now, over SSH with the stack's key.

Examples:
  ./scripts/ops backup now
  ./scripts/ops backup list staging --json
  ./scripts/ops backup prove prod --at 2026-11-01T00:00:00Z`,
    );
}

interface Options {
  readonly knownHosts?: string;
  readonly json?: true;
  readonly at?: string;
}

function task(
  name: string,
  description: string,
  run: (host: BackupHost, options: Options, environment: string) => Promise<void>,
): Command {
  return new Command(name)
    .description(description)
    .argument("[environment]", "environment whose backups these are", "prod")
    .addOption(knownHostsOption())
    .action(async (environment: string, options: Options) => {
      requireEnvironment(environment);
      await onBackupHost(environment, options.knownHosts, (host) => run(host, options, environment));
    });
}

async function now(host: BackupHost): Promise<void> {
  await host.ask("take");
  await host.ask("prove");
}

async function prove(host: BackupHost, { at }: Options): Promise<void> {
  await host.ask(at === undefined ? "prove" : `prove --at ${written(at)}`);
}

async function list(host: BackupHost, { json }: Options, environment: string): Promise<void> {
  const found = readBackupList(await host.ask("list"));
  if (json) return printJson(found);
  const { provenWithinHours } = plainConfiguration(environment).backup;
  print([...formatted(found), recoveryPoint(newestProven(found), provenWithinHours, Date.now())].join("\n"));
}

function formatted({ backups, failures }: BackupList): string[] {
  const rows = backups.map(({ time, kind, result, proof, rows: count, uploadedBytes }) => [
    ...[time, kind, result, proof],
    count === null ? "" : `${count} rows`,
    uploadedBytes === null ? "" : `${(uploadedBytes / 1e6).toFixed(1)} MB uploaded`,
  ]);
  return [
    ...(rows.length === 0
      ? ["There is no backup yet: ./scripts/ops backup now takes one."]
      : table([["time", "kind", "result", "proof", "rows", "size"], ...rows], new Set([4, 5]))),
    ...failures.slice(-5).map(({ time, reason }) => `${time}: ${reason}`),
  ];
}

/** A time in the one form in which hosts let the deploy key say it: sudo compares it letter by letter. */
function written(time: string): string {
  const moment = new Date(time);
  if (Number.isNaN(moment.getTime()))
    throw new Failure(`${time} is no time; one looks like 2026-11-25T02:00:00Z`);
  return moment.toISOString().replace(/\.\d+Z$/, "Z");
}
