import { setCommand } from "../fault.ts";
import { rule } from "./rule.ts";

/** Address ranges that mean everyone. */
export function isWorld(range: string): boolean {
  return range.endsWith("/0");
}

/** SSH open to everyone is refused in prod, unless somebody states why on purpose. */
export const sshAccess = rule(["environment", "ssh"], (settings, { stack }) => {
  const open = settings.ssh.allowFrom.findIndex(isWorld);
  if (open === -1 || settings.environment !== "prod" || settings.ssh.openToWorldBecause !== undefined)
    return [];
  return [
    {
      path: `ssh.allowFrom[${open}]`,
      problem: `"${settings.ssh.allowFrom[open]}" opens SSH of production to the whole world.`,
      allowed: "the addresses administrators come from, or the reason in ssh.openToWorldBecause",
      fix: setCommand(`ssh.allowFrom[${open}]`, "YOUR.OFFICE.ADDRESS/32", stack),
    },
  ];
});
