import type { Provider } from "../framework/resource.ts";
import { sdkVersion } from "../versions.ts";
import { copyFile, copyToRemote } from "./files.ts";
import { localCommand, localRun } from "./local.ts";
import { remoteCommand } from "./remote.ts";

/** The stand-in for the command provider. */
export const command: Provider<void> = {
  name: "command",
  version: sdkVersion("command"),
  configure: () => undefined,
  resources: [copyFile, copyToRemote, localCommand, remoteCommand],
  lookups: [localRun],
};
