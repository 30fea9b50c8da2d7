import { swapMib } from "../../config/derive/host-memory.ts";
import { deployUser } from "../../config/naming.ts";
import { type HostContext, secretsFolder } from "./context.ts";
import { entranceFiles } from "./entrance.ts";
import type { HostPart } from "./part.ts";
import { hostFile } from "./template.ts";

const home = `/home/${deployUser}`;
const swapFile = "/usr/local/lib/insightpulse/swap-file";

/** The machine below the services: who gets in, what it updates, what it keeps of its logs. */
export function systemPart({ host, config, values, size }: HostContext): HostPart {
  const { administrators } = config.ssh;
  const own = (path: string, mode: string) => ({ path, mode, owner: deployUser, group: deployUser });
  return {
    packages: [
      "ca-certificates",
      "fail2ban",
      "git",
      "nftables",
      "openssh-server",
      "python3-systemd",
      "sudo",
      "ufw",
      "unattended-upgrades",
    ],
    // A new droplet has the deploy user from cloud-init, one that was adopted from whoever let it in. It is in no group of
    // others: administrators are.
    users: [{ name: deployUser, home, shell: "/bin/bash" }],
    directories: [
      own(home, "0750"),
      own(`${home}/.ssh`, "0700"),
      { path: "/etc/insightpulse", mode: "0755", owner: "root", group: "root" },
      { path: secretsFolder, mode: "0711", owner: "root", group: "root" },
    ],
    files: [
      hostFile(`${home}/.ssh/authorized_keys`, {
        template: "home/deploy/.ssh/authorized_keys",
        values: { deployPublicKey: values.deployPublicKey.trim() },
        mode: "0600",
        owner: deployUser,
        group: deployUser,
      }),
      ...entranceFiles({ host, deployUser, administrators, signingPublicKey: values.signingPublicKey }),
      hostFile("/etc/ssh/sshd_config.d/10-insightpulse.conf", {
        values: { deployUser, administrators: Object.keys(administrators) },
      }),
      hostFile("/etc/fail2ban/jail.d/insightpulse.conf"),
      hostFile("/etc/apt/apt.conf.d/52insightpulse"),
      hostFile("/etc/systemd/journald.conf.d/insightpulse.conf"),
      hostFile("/etc/systemd/resolved.conf.d/insightpulse.conf"),
      hostFile("/etc/sysctl.d/60-insightpulse.conf"),
      hostFile("/etc/systemd/system/host-tuning.service"),
      hostFile(swapFile),
      hostFile("/etc/systemd/system/swap-file.service", { values: { swapMib: swapMib(size) } }),
    ],
    validations: [
      { paths: ["/etc/ssh/sshd_config.d/**"], command: ["/usr/sbin/sshd", "-t"] },
      { paths: ["/etc/sudoers.d/**"], command: ["/usr/sbin/visudo", "-c", "-q"] },
    ],
    units: [
      unit("systemd-journald.service", { restartOn: ["/etc/systemd/journald.conf.d/*"] }),
      unit("systemd-resolved.service", { restartOn: ["/etc/systemd/resolved.conf.d/*"] }),
      unit("ssh.service", { reloadOn: ["/etc/ssh/sshd_config.d/*"] }),
      unit("fail2ban.service", { restartOn: ["/etc/fail2ban/jail.d/*"] }),
      unit("unattended-upgrades.service", {}),
      unit("host-tuning.service", {
        restartOn: ["/etc/sysctl.d/60-insightpulse.conf", "/etc/systemd/system/host-tuning.service"],
      }),
      unit("swap-file.service", { restartOn: [swapFile, "/etc/systemd/system/swap-file.service"] }),
    ],
  };
}

function unit(name: string, on: { readonly restartOn?: string[]; readonly reloadOn?: string[] }) {
  return { name, enabled: true, restartOn: on.restartOn ?? [], reloadOn: on.reloadOn ?? [] };
}
