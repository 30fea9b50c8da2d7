import { setCommand } from "../fault.ts";
import { isWorld } from "../world.ts";
import { rule } from "./rule.ts";

/** SSH open to everyone is refused, unless somebody states why on purpose. */
export const sshAccess = rule(["environment", "ssh"], ({ environment, ssh }, { stack }) => {
  const open = ssh.allowFrom.findIndex(isWorld);
  if (open === -1 || ssh.openToWorldBecause !== undefined) return [];
  return [
    {
      path: `ssh.allowFrom[${open}]`,
      problem: `"${ssh.allowFrom[open]}" opens SSH of ${environment} to the whole world.`,
      allowed: "the addresses administrators come from, or the reason in ssh.openToWorldBecause",
      fix: setCommand(`ssh.allowFrom[${open}]`, "YOUR.OFFICE.ADDRESS/32", stack),
    },
  ];
});
