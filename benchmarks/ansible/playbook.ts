import type { HostBundle } from "../../host/bundle.ts";

/** A task, as Ansible reads it. */
export interface Task {
  readonly name: string;
  readonly [module: string]: unknown;
}

/**
 * What a bundle says, as an Ansible playbook that somebody would write for it: one task for each kind of thing, with the
 * modules of ansible-core alone. JSON, which is YAML.
 *
 * Left out is what those modules cannot do (the firewall, swap) and what is only done after a change (validation, restarts,
 * waiting for health): a run that finds nothing to change does less than ours.
 *
 * @param fileOf where a file's content lies beside the playbook
 */
export function playbookOf(bundle: HostBundle, fileOf: (index: number) => string): unknown[] {
  const { groups, users, packages, directories, files, checkouts, units } = bundle;
  const tasks: Task[] = [
    { name: "packages", "ansible.builtin.apt": { name: packages, state: "present" } },
    each("groups", groups, "ansible.builtin.group", ({ name, id }) => ({
      name,
      ...number("gid", id),
      system: true,
    })),
    each("users", users, "ansible.builtin.user", ({ name, id, home, shell, groups: more }) => ({
      ...{ name, group: name, system: true, create_home: false, append: true, ...number("uid", id) },
      ...(home === undefined ? {} : { home }),
      ...{ shell: shell ?? "/usr/sbin/nologin", groups: more ?? [] },
    })),
    each("folders", directories, "ansible.builtin.file", (directory) => ({
      ...directory,
      state: "directory",
    })),
    each("files", files, "ansible.builtin.copy", ({ path, mode, owner, group }, index) => ({
      ...{ src: fileOf(index), dest: path },
      ...{ mode, owner, group },
    })),
    each("checkouts", checkouts, "ansible.builtin.git", ({ path, url, commit }) => ({
      ...{ repo: url, dest: path, version: commit },
    })),
    each("units", units, "ansible.builtin.systemd_service", ({ name, enabled }) => ({
      ...{ name, enabled, state: enabled ? "started" : "stopped" },
    })),
  ];
  return [{ hosts: "all", gather_facts: false, become: true, tasks }];
}

function each<Item>(
  name: string,
  items: readonly Item[],
  module: string,
  arguments_: (item: Item, index: number) => Record<string, unknown>,
): Task {
  const loop = items.map(arguments_);
  // With names of their own: an item that lacks one leaves the module's default in place.
  const names = [...new Set(loop.flatMap((item) => Object.keys(item)))];
  const values = names.map((key) => [key, `{{ item.${key} | default(omit) }}`]);
  return { name, [module]: Object.fromEntries(values), loop, loop_control: { label: "" }, no_log: true };
}

const number = (name: string, value: number | undefined) => (value === undefined ? {} : { [name]: value });

/** Settings with which Ansible is quick: one connection for all tasks, modules piped into it, nothing asked twice. */
export function ansibleSettings(user: string, key: string, sockets: string): string {
  return `[defaults]
remote_user = ${user}
private_key_file = ${key}
host_key_checking = False
interpreter_python = /usr/bin/python3
gathering = explicit
forks = 10
retry_files_enabled = False
[connection]
pipelining = True
[ssh_connection]
ssh_args = -F none -o ControlMaster=auto -o ControlPersist=300s -o IdentitiesOnly=yes -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR
control_path_dir = ${sockets}
`;
}
