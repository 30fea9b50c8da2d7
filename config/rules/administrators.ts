import { removeCommand } from "../fault.ts";
import { deployUser } from "../naming.ts";
import { rule } from "./rule.ts";

/** Users and groups that a distribution begins with, and that programs run as: each user gets a group of its name. */
const taken = new Set([
  ...[
    "root",
    "daemon",
    "bin",
    "sys",
    "sync",
    "games",
    "man",
    "lp",
    "mail",
    "news",
    "uucp",
    "proxy",
    "www-data",
  ],
  ...[
    "backup",
    "list",
    "irc",
    "nobody",
    "adm",
    "tty",
    "disk",
    "kmem",
    "dialout",
    "fax",
    "voice",
    "cdrom",
    "floppy",
  ],
  ...[
    "tape",
    "sudo",
    "audio",
    "dip",
    "operator",
    "src",
    "shadow",
    "utmp",
    "video",
    "sasl",
    "plugdev",
    "staff",
  ],
  ...["users", "nogroup", "sshd", "syslog", "messagebus", "postgres", "redis", deployUser],
]);

/** An administrator is a person: no user that the stack or a program already has. */
export const administrators = rule(["ssh"], ({ ssh }, { stack }) =>
  Object.keys(ssh.administrators)
    .filter((name) => taken.has(name) || name.startsWith("svc-"))
    .map((name) => {
      const path = `ssh.administrators.${name}`;
      return {
        path,
        problem: `"${name}" is the name of a user or a group that no person is.`,
        allowed: `any other name; ${deployUser} only converges hosts, and root is never let in`,
        fix: removeCommand(path, stack),
      };
    }),
);
