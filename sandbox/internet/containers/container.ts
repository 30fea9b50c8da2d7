import { join } from "node:path";
import { makeFolder, removeFolder } from "../../engine/files.ts";
import { type ServerProcess, startServerProcess } from "../server-process.ts";
import type { ReadyImage } from "./images.ts";
import { type ContainerLink, type ContainerLinks, containerGateway } from "./network.ts";
import { ownMark } from "./own-mark.ts";

/** What every container shares. */
export interface ContainerSettings {
  /** Folder of what containers need while they run. */
  readonly folder: string;
  readonly links: ContainerLinks;
  /** Files that lie over the image's own, by their place in it: name servers, authorities. */
  readonly files: Readonly<Record<string, string>>;
}

/** One container that is to run. */
export interface ContainerTask {
  /** What it is called when it fails. */
  readonly name: string;
  readonly image: ReadyImage;
  /** What to run in place of the image's own command. */
  readonly command?: readonly string[] | undefined;
  /** Variables over the image's own. */
  readonly variables: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly deadlineMs: number;
  /** Asked again and again until it is true. */
  isReady(address: string): Promise<boolean>;
}

/** A container that runs. */
export interface Container extends ServerProcess {
  readonly address: string;
}

const script = join(import.meta.dirname, "contain.sh");

/**
 * Starts a container in a network namespace of its own, and waits until it is ready. Its namespaces and mounts end with
 * its processes, however those end.
 *
 * @throws ServerNotReady when it ends first or takes too long
 */
export async function startContainer(task: ContainerTask, settings: ContainerSettings): Promise<Container> {
  const { links } = settings;
  const link = links.take();
  const scratch = makeFolder(join(settings.folder, link.name));
  const release = () => {
    links.giveBack(link);
    removeFolder(scratch);
  };
  try {
    const server = await startServerProcess({
      ...{ name: task.name, logFile: task.logFile, deadlineMs: task.deadlineMs },
      command: commandLine(task.image, scratch, link),
      environment: { PATH: process.env.PATH ?? "", ...ownMark() },
      input: JSON.stringify(configurationOf(task, settings)),
      isReady: () => task.isReady(link.address),
    });
    void server.ended.then(release);
    return { ...server, address: link.address };
  } catch (error) {
    release();
    throw error;
  }
}

function commandLine({ files }: ReadyImage, scratch: string, { name, address }: ContainerLink): string[] {
  const unshared = ["unshare", "--mount", "--net", "--propagation", "private", "sh", script];
  return [...unshared, String(process.pid), files, scratch, name, address, containerGateway];
}

/** The image's configuration with what is this container's own. */
function configurationOf({ image, command, variables }: ContainerTask, { files }: ContainerSettings): object {
  const { configuration } = image;
  const { process: own, mounts, linux } = configuration;
  // Nothing of the sandbox's own is in there but its mark.
  const environment = Object.entries({ ...variables, ...ownMark() });
  return {
    ...configuration,
    process: {
      ...own,
      terminal: false,
      args: command ?? own.args,
      env: [...own.env, ...environment.map(([key, value]) => `${key}=${value}`)],
    },
    root: { path: "files" },
    hostname: "app",
    annotations: {},
    mounts: [
      ...mounts.filter(({ type }) => type !== "cgroup"),
      ...Object.entries(files).map(([destination, source]) => ({
        ...{ destination, source, type: "bind" },
        options: ["bind", "ro"],
      })),
    ],
    // The network namespace is the one it is started in; control groups are the sandbox's own business.
    linux: {
      ...linux,
      resources: {},
      namespaces: linux.namespaces.filter(({ type }) => type !== "network"),
    },
  };
}
