import { removeCommand } from "../fault.ts";
import { deployUser } from "../naming.ts";
import { rule } from "./rule.ts";

/** Users of the distribution that programs run as, and root, who is let in nowhere. */
const taken = ["root", "nobody", "daemon", "sshd", "syslog", "www-data", "postgres", "redis", deployUser];

/** An administrator is a person: no user that the stack or a program already has. */
export const administrators = rule(["ssh"], ({ ssh }, { stack }) =>
  Object.keys(ssh.administrators)
    .filter((name) => taken.includes(name) || name.startsWith("svc-"))
    .map((name) => {
      const path = `ssh.administrators.${name}`;
      return {
        path,
        problem: `"${name}" is a user that no person is.`,
        allowed: `any other name; ${deployUser} only converges hosts, and root is never let in`,
        fix: removeCommand(path, stack),
      };
    }),
);
