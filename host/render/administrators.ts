import type { HostContext } from "./context.ts";
import type { HostPart } from "./part.ts";
import { hostFile } from "./template.ts";

/** The people who may enter the host and become root there, each by keys of their own. */
export function administratorsPart({ config }: HostContext): HostPart {
  const people = Object.entries(config.ssh.administrators).map(([name, publicKeys]) => ({
    name,
    publicKeys,
    home: `/home/${name}`,
  }));
  return {
    // `adm` reads logs without sudo.
    users: people.map(({ name, home }) => ({ name, home, shell: "/bin/bash", groups: ["adm", "sudo"] })),
    directories: people.flatMap(({ name, home }) => [
      { path: home, mode: "0750", owner: name, group: name },
      { path: `${home}/.ssh`, mode: "0700", owner: name, group: name },
    ]),
    files: people.map(({ name, home, publicKeys }) =>
      hostFile(`${home}/.ssh/authorized_keys`, {
        template: "home/administrator/.ssh/authorized_keys",
        values: { publicKeys },
        ...{ mode: "0600", owner: name, group: name },
      }),
    ),
  };
}
