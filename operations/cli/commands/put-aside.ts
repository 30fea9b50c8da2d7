import { Command } from "commander";
import { z } from "zod";
import { requireEnvironment } from "../../environments.ts";
import { Failure } from "../../failure.ts";
import { HostSession } from "../../hosts/session.ts";
import { hostToEnter, type Operator, runProgram } from "../../move/host.ts";
import { serviceOfContainer } from "../../move/movable.ts";
import { inMegabytes } from "../../move/service-move.ts";
import { openSettings } from "../../stack/settings.ts";
import { confirmByName } from "../asking.ts";
import { operatorOptions } from "../options.ts";
import { print, printJson, table } from "../output.ts";

const defaultFolder = "/var/lib/insightpulse/put-aside";
const putAsideSchema = z.object({
  dumps: z.record(z.string(), z.object({ file: z.string(), bytes: z.number() })),
});

/** `put-aside`: containers that no service has, stopped for good. */
export function putAsideCommand(): Command {
  const command = new Command("put-aside")
    .description("stop containers on a host that no service has, and keep what their databases hold")
    .argument("<host>", "host of the settings, as ./scripts/ops move inventory names it")
    .argument("<container...>", "those that use each other, all at once: programs, and their databases")
    .option("--environment <name>", "environment the host belongs to", "prod")
    .option("--folder <path>", "where the dumps go, on the host; a volume's outlive it", defaultFolder)
    .option("--undo", "start those again that ran, as they were")
    .option("--yes-really <host>", "do it without asking; name the host once more")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Programs are stopped first, then each PostgreSQL is dumped whole, the dump is read back, and it is stopped too. Nothing starts them
any more but --undo. Nothing is removed: containers, volumes and images stay. When a dump fails, what was stopped is started again.
A container that a service's move takes along is refused: ./scripts/ops move inventory says which those are.

Examples:
  ./scripts/ops move inventory
  ./scripts/ops put-aside ocr odoo19 odoo19_db
  ./scripts/ops put-aside ocr odoo19 odoo19_db --undo`,
    )
    .action(run);
  for (const option of operatorOptions()) command.addOption(option);
  return command;
}

interface Options extends Operator {
  readonly environment: string;
  readonly folder: string;
  readonly undo?: true;
  readonly yesReally?: string;
  readonly knownHosts?: string;
  readonly json?: true;
}

async function run(host: string, containers: string[], options: Options): Promise<void> {
  const { environment, folder, undo = false, yesReally, json } = options;
  requireEnvironment(environment);
  if (yesReally !== undefined && yesReally !== host)
    throw new Failure(`--yes-really says ${yesReally}, and the host is ${host}`);
  if (!/^\/[\w./-]+$/.test(folder)) throw new Failure(`--folder is a path from the root, not "${folder}"`);
  for (const container of containers)
    if (!/^[a-zA-Z0-9][\w.-]*$/.test(container)) throw new Failure(`no container is named "${container}"`);
  const settings = await openSettings(environment);
  const hosts = Object.keys(settings.config.hosts);
  if (!hosts.includes(host))
    throw new Failure(`there is no host ${host} in ${environment}; there are: ${hosts.join(", ")}`);
  for (const container of containers) {
    const service = serviceOfContainer(settings.config, host, container);
    if (service !== null)
      throw new Failure(`${container} on ${host} belongs to ${service}`, `./scripts/ops move ${service}`);
  }
  const entered = await hostToEnter(settings, host, options);
  if (yesReally === undefined)
    await confirm(host, `${undo ? "start" : "stop"} ${containers.join(", ")} there`);
  const said = await HostSession.during(entered, options.knownHosts, (session) =>
    runProgram(session, "put-aside.py", { containers, folder, undo }, ["containers"]),
  );
  const { dumps } = putAsideSchema.parse(JSON.parse(said));
  if (json) return printJson({ environment, host, containers, undone: undo, dumps });
  print(undo ? `${containers.join(", ")} on ${host} are as they were` : formatDone(host, containers, dumps));
}

async function confirm(host: string, what: string): Promise<void> {
  const unattended = new Failure(
    "it asks for the host's name, and there is nobody to ask",
    `--yes-really ${host}`,
  );
  await confirmByName(host, what, unattended);
}

function formatDone(
  host: string,
  containers: readonly string[],
  dumps: z.output<typeof putAsideSchema>["dumps"],
): string {
  return [
    `${containers.join(", ")} on ${host} are stopped, and stay so`,
    ...table(
      Object.entries(dumps).map(([name, { file, bytes }]) => [`  ${name}`, file, inMegabytes(bytes)]),
      new Set([2]),
    ),
    `back: ./scripts/ops put-aside ${host} ${containers.join(" ")} --undo`,
  ].join("\n");
}
