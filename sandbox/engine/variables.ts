import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CloudKeys } from "./cloud.ts";
import { environmentPaths } from "./paths.ts";
import { installedKinds } from "./plugins.ts";
import { programVariables } from "./program.ts";
import type { Sandbox } from "./sandbox.ts";
import { isExecutable, type Tool } from "./tool.ts";

/** The engine's executable: where droplets are machines, one that runs in their network and so reaches them. */
export function engineProgram({ state }: Pick<Sandbox, "state">, engine: Tool): string {
  const inside = join(state.programs, "pulumi");
  return isExecutable(inside) ? inside : join(engine.folder, "pulumi");
}

/** What the engine and the providers read from their surroundings to work on one environment of a sandbox. */
export interface EngineVariables {
  /** Folders to put before all others on PATH. */
  readonly path: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/** Variables that need no cloud: enough to read a stack and to set its configuration. */
export function stackVariables(
  { project, state, cache }: Sandbox,
  environment: string,
  engine: Tool,
): EngineVariables {
  return {
    // The project's own Node comes first too: the engine's language host starts whatever `node` it finds.
    path: [engine.folder, join(project.root, "node_modules/.bin")],
    variables: {
      PULUMI_HOME: state.pulumiHome,
      // Without files of attributes beside the state: the engine does not write those in one step, and a kill can leave
      // one empty, after which it reads nothing.
      PULUMI_BACKEND_URL: `${pathToFileURL(state.backend).href}?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE_FILE: state.passphrase,
      PULUMI_STACK: environment,
      PULUMI_OPTION_CONFIG_FILE: environmentPaths(state.root, environment).config,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...(project.policyPack === undefined ? {} : { PULUMI_OPTION_POLICY_PACK: project.policyPack }),
      ...programVariables(project.root, cache),
    },
  };
}

/** All variables with which a plain `pulumi up` in the project works on the sandbox. */
export function engineVariables(
  sandbox: Sandbox,
  environment: string,
  engine: Tool,
  cloud: CloudKeys,
): EngineVariables {
  const { path, variables } = stackVariables(sandbox, environment, engine);
  return {
    path: [dirname(engineProgram(sandbox, engine)), ...path],
    variables: {
      ...variables,
      DIGITALOCEAN_TOKEN: cloud.token,
      DIGITALOCEAN_API_URL: cloud.apiUrl,
      ...spacesVariables(cloud, installedKinds(sandbox.state.providers).digitalocean === "official"),
      SPACES_ACCESS_KEY_ID: cloud.spacesAccessKeyId,
      SPACES_SECRET_ACCESS_KEY: cloud.spacesSecretAccessKey,
      OPS_SPACES_ENDPOINT_URL: cloud.spacesUrl,
      CLOUDFLARE_API_TOKEN: cloud.cloudflareToken,
      CLOUDFLARE_BASE_URL: `${cloud.apiUrl}/client/v4`,
    },
  };
}

/**
 * The official provider puts the bucket's name before the endpoint's host and cannot be told otherwise. No name server
 * has to know those names: it asks the sandbox's Spaces as a forward proxy, which serves its own names and no others.
 */
function spacesVariables({ spacesUrl }: CloudKeys, official: boolean): Record<string, string> {
  if (!official) return { SPACES_ENDPOINT_URL: spacesUrl };
  return {
    SPACES_ENDPOINT_URL: "http://{{.Region}}.s3.sandbox.test",
    HTTP_PROXY: spacesUrl,
    NO_PROXY: "127.0.0.1,localhost",
  };
}

/** Settings of the user's own that would override the sandbox's. */
const overriding = ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG", "PULUMI_ACCESS_TOKEN"];

/** The whole environment for a child process: the user's, with these variables over it. */
export function childEnvironment({ path, variables }: EngineVariables): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) => !overriding.includes(name));
  return {
    ...Object.fromEntries(own.filter((entry): entry is [string, string] => entry[1] !== undefined)),
    ...variables,
    PATH: [...path, process.env.PATH ?? "", dirname(process.execPath)].filter(Boolean).join(delimiter),
  };
}

/** Variables a shell must forget before it uses ours. */
export const variablesToUnset: readonly string[] = overriding;
