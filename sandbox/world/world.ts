import { existsSync } from "node:fs";
import type { Sandbox, World } from "../engine/sandbox.ts";
import { internetFiles } from "../internet/files.ts";
import { trust } from "../internet/trust.ts";
import { obstacle } from "../machines/capability.ts";
import { kernelNames } from "../machines/names.ts";
import { ip, namespaceFile } from "../machines/namespaces.ts";
import { removeMachines } from "../machines/remove.ts";
import { addressLines } from "./addresses.ts";
import { askServices } from "./ask.ts";
import { writeEngineInside, writeResolver } from "./inside.ts";
import { ensureInternet, stopInternet } from "./internet-process.ts";
import { dropletsOf, recordDroplets } from "./mode.ts";
import { baseFolder, internetTools, obtainingStages } from "./obtain.ts";
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
  open,
  engineInside: writeEngineInside,
  ask: askServices,
  isOpen: ({ state }) => existsSync(namespaceFile(kernelNames(state.root).network)),
  close: async (sandbox) => (await stopInternet(sandbox)) + (await removeMachines(sandbox.state.root)),
};

async function cloudWords(sandbox: Sandbox): Promise<string[]> {
  const { state, cache } = sandbox;
  const files = internetFiles(state.internet);
  // Loaded when wanted: it is large, and most commands need none of it.
  const { Authority } = await import("../internet/authority.ts");
  // Before any machine boots: it finds in its store whom it is to trust.
  const { certificate } = await Authority.open(files.authority);
  trust(files.trust, "sandbox", certificate);
  const machines = { stateRoot: state.root, base: await baseFolder(cache), trust: files.trustBundle };
  return ["--machines", JSON.stringify(machines), "--operator-key", await ensureOperatorKey(sandbox)];
}

async function open(sandbox: Sandbox): Promise<string> {
  const { project, state, cache } = sandbox;
  const quiet = () => {};
  await ip(kernelNames(state.root).network, addressLines);
  writeResolver(state.internet);
  const tools = await internetTools({ cache, projectRoot: project.root, report: quiet, note: quiet });
  return ensureInternet(sandbox, settingsOf(sandbox, tools));
}
