import { resolve } from "node:path";
import { Argument, Option } from "commander";
import { cacheFolder, statePaths } from "../engine/paths.ts";
import { type ProviderChoice, providerChoices } from "../engine/plugins.ts";
import {
  type ImageChoice,
  imageChoices,
  type MachineChoice,
  machineChoices,
  type Sandbox,
} from "../engine/sandbox.ts";
import { loadProject } from "../project.ts";
import { simulation } from "../simulation.ts";

/** The sandbox of this checkout, or the one SANDBOX_STATE_DIR names. */
export function loadSandbox(): Sandbox {
  const project = loadProject();
  return {
    project,
    simulation,
    state: statePaths(resolve(process.env.SANDBOX_STATE_DIR || `${project.root}/.sandbox`)),
    cache: cacheFolder(),
  };
}

/** The argument `[environment]`, as every command has it. */
export function environmentArgument(): Argument {
  return new Argument("[environment]", "the environment whose settings are used").default("prod");
}

/** The option that chooses between official providers and stand-ins. */
export function providersOption(): Option {
  return new Option("--providers <kind>", "which providers run the resources")
    .choices(providerChoices)
    .env("SANDBOX_PROVIDERS")
    .default("auto");
}

/** The option that chooses between machines and records. */
export function machinesOption(): Option {
  return new Option(
    "--machines <when>",
    "whether droplets boot as machines: where they can, never, or else fail",
  )
    .choices(machineChoices)
    .env("SANDBOX_MACHINES")
    .default("auto");
}

/** The option that chooses between stand-in images and the real ones. */
export function imagesOption(): Option {
  return new Option(
    "--images <kind>",
    "which images hosts get; the real ones are fetched here first (stand-ins, or what they were)",
  )
    .choices(imageChoices)
    .env("SANDBOX_IMAGES");
}

/** The option that puts onto the account's droplets what they ran before. */
export function oldSoftwareOption(): Option {
  return new Option(
    "--old-software",
    "put onto the account's droplets what they ran before, to be moved (machines only)",
  );
}

/** What these options choose. */
export interface ChoiceOptions {
  readonly providers: ProviderChoice;
  readonly machines: MachineChoice;
  readonly images?: ImageChoice;
  readonly oldSoftware?: true;
}
