import { readFileSync } from "node:fs";
import type { HostFile } from "../../host/bundle.ts";
import { type Entrance, entranceFiles } from "../../host/render/entrance.ts";

const template = readFileSync(new URL("../../host/cloud-init.yaml", import.meta.url), "utf8");

/** What the user data of a droplet is made of. */
export interface CloudInitValues extends Entrance {
  /** OpenSSH public key of the deploy user, one line. */
  readonly deployPublicKey: string;
}

/**
 * The user data of a new droplet: who gets in, what verifies what they hand over, packages, and nothing secret. Every process on
 * the machine can read it, and it stays in the droplet's record.
 *
 * @throws Error when a placeholder of the template has no value
 */
export function renderCloudInit(values: CloudInitValues): string {
  const texts: Record<string, string> = {
    users: JSON.stringify(usersOf(values)),
    files: JSON.stringify(entranceFiles(values).map(fileOf)),
  };
  return template.replaceAll(/\$\{(\w+)\}/g, (_placeholder, name: string) => {
    const text = texts[name];
    if (text === undefined) throw new Error(`host/cloud-init.yaml names \${${name}}, which has no value`);
    return text;
  });
}

/** What they may do as root stands in the files. */
function usersOf({ deployUser, deployPublicKey, administrators }: CloudInitValues): object[] {
  const user = (name: string, publicKeys: readonly string[], groups?: string[]) => ({
    ...{ name, groups, shell: "/bin/bash", lock_passwd: true },
    ssh_authorized_keys: publicKeys.map((line) => line.trim()),
  });
  return [
    user(deployUser, [deployPublicKey]),
    ...Object.entries(administrators).map(([name, publicKeys]) => user(name, publicKeys, ["adm", "sudo"])),
  ];
}

function fileOf({ path, mode, content }: HostFile): object {
  return { path, permissions: mode, content };
}
