import { existsSync } from "node:fs";
import type { Sandbox, World } from "../engine/sandbox.ts";
import { internetAddressLines } from "../internet/addresses.ts";
import { certificateBundle } from "../internet/files.ts";
import { obstacle } from "../machines/capability.ts";
import type { MachineRoom } from "../machines/machine.ts";
import { kernelNames } from "../machines/names.ts";
import { ip, namespaceFile } from "../machines/namespaces.ts";
import { removeMachines } from "../machines/remove.ts";
import { renewTrust } from "../machines/renew-trust.ts";
import { askServices } from "./ask.ts";
import { chooseDatabaseServer, databaseServerOf } from "./database-server.ts";
import { chooseImages } from "./images.ts";
import { writeEngineInside, writeResolver } from "./inside.ts";
import { ensureInternet, stopInternet } from "./internet-process.ts";
import { dropletsOf, recordDroplets } from "./mode.ts";
import { baseFolder, internetTools, obtainingStages } from "./obtain.ts";
import { awaitMoves, installOldSoftware } from "./old-software.ts";
import { ensureOperatorKey, operatorKey } from "./operator-key.ts";
import { settingsOf } from "./settings.ts";

/** Machines and their internet, put together of what `machines/` and `internet/` are. */
export const world: World = {
  obstacle,
  droplets: async (sandbox, choice) => {
    const droplets = await dropletsOf(sandbox, choice);
    recordDroplets(sandbox, droplets);
    return droplets;
  },
  obtaining: obtainingStages,
  cloudWords,
  operatorKey,
  images: chooseImages,
  databaseServer: async (sandbox, choice, report) => {
    const version = await chooseDatabaseServer(sandbox, choice, report);
    report("restarting the databases");
    await open(sandbox);
    return version;
  },
  open,
  engineInside: writeEngineInside,
  awaitMoves,
  installOldSoftware,
  ask: askServices,
  isOpen: ({ state }) => existsSync(namespaceFile(kernelNames(state.root).network)),
  close: async (sandbox) => (await stopInternet(sandbox)) + (await removeMachines(sandbox.state.root)),
};

async function cloudWords(sandbox: Sandbox): Promise<string[]> {
  const machines = JSON.stringify(await roomOf(sandbox));
  return ["--machines", machines, "--operator-key", await ensureOperatorKey(sandbox), "--runs-apps"];
}

/** Asked before any machine boots: it finds in its store whom it is to trust. */
async function roomOf({ state, cache }: Sandbox): Promise<MachineRoom> {
  const trust = await certificateBundle(state.internet);
  return { stateRoot: state.root, base: await baseFolder(cache), trust };
}

async function open(sandbox: Sandbox): Promise<string> {
  const { project, state, cache } = sandbox;
  const quiet = () => {};
  const tools = {
    ...(await internetTools({ cache, projectRoot: project.root, report: quiet, note: quiet })),
    databaseServer: (await databaseServerOf(sandbox, quiet))?.folder,
  };
  const settings = settingsOf(sandbox, tools);
  await ip(kernelNames(state.root).network, internetAddressLines(settings.projects.length));
  writeResolver(state.internet);
  const did = await ensureInternet(sandbox, settings);
  // Machines that were quicker do not know the authority that has just begun to issue.
  if (did === "started") renewTrust(await roomOf(sandbox));
  return did;
}
