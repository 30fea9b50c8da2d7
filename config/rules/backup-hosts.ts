import { type Fault, setCommand, show } from "../fault.ts";
import { rule } from "./rule.ts";

/** Backups are taken and copied by hosts that exist, and by two different ones. */
export const backupHostsExist = rule(["backup", "hosts"], ({ backup, hosts }, { stack }) => {
  const faults: Fault[] = [];
  const names = Object.keys(hosts);
  for (const key of ["host", "copyHost"] as const) {
    const name = backup[key];
    if (name === undefined || names.includes(name)) continue;
    faults.push({
      path: `backup.${key}`,
      problem: `${show(name)} is no host.`,
      allowed: names.join(", "),
      fix: setCommand(`backup.${key}`, names[0] ?? "erp", stack),
    });
  }
  if (backup.host !== undefined && backup.host === backup.copyHost) {
    faults.push({
      path: "backup.copyHost",
      problem: `${show(backup.copyHost)} also takes the backups: whoever breaks in there could destroy both copies.`,
      allowed: names.filter((name) => name !== backup.host).join(", "),
      fix: setCommand("backup.copyHost", names.find((name) => name !== backup.host) ?? "ocr", stack),
    });
  }
  return faults;
});
