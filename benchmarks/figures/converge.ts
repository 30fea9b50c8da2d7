import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HostBundle } from "../../host/bundle.ts";
import { withKey } from "../../operations/hosts/ssh.ts";
import { type ConvergedHost, hostsIn } from "../../operations/hosts/stack.ts";
import { makeFolder } from "../../sandbox/engine/files.ts";
import { cacheFolder, statePaths } from "../../sandbox/engine/paths.ts";
import { exportStack } from "../../sandbox/engine/stack.ts";
import { recordedTools } from "../../sandbox/engine/state.ts";
import { loadProject } from "../../sandbox/project.ts";
import { simulation } from "../../sandbox/simulation.ts";
import { visiting } from "../../sandbox/world/inside.ts";
import { type Platform, say, told } from "../../tests/platform/support.ts";
import { obtainAnsible } from "../ansible/obtain.ts";
import { ansibleSettings, playbookOf } from "../ansible/playbook.ts";
import { type Benchmark, figure, type Report } from "../benchmark.ts";
import { machineObstacle, withMachines } from "../machines.ts";
import { alternate, median } from "../statistics.ts";

const rounds = 3;
const environment = "prod";
const host = "erp";

/** One way to see to it that a host is what it should be; says whether anything had to be changed. */
type Converge = () => Promise<"changed" | "unchanged">;

/** Converging a host that is converged, against Ansible that finds the same. */
export const converge: Benchmark = {
  name: "converge",
  description: "a second converge of the ERP host by SSH, against an Ansible playbook for the same bundle",
  obstacle: machineObstacle,
  run: async (report) => {
    const ansible = await obtainAnsible(report);
    return withMachines(environment, report, async (platform) => {
      const way = await openWay(platform);
      const ways: Record<"ours" | "ansible", Converge> = {
        ours: () => ours(platform, way),
        ansible: preparePlaybook(platform, way, ansible),
      };
      await nameRemotes(platform, way);
      for (const name of ["ours", "ansible"] as const) await settle(name, ways[name], report);
      const times = await alternate(["ours", "ansible"] as const, rounds, async (name, round) => {
        report(`${name}, round ${round} of ${rounds}`);
        const began = performance.now();
        const outcome = await ways[name]();
        if (outcome !== "unchanged") throw new Error(`${name} changed a host that was converged`);
        return (performance.now() - began) / 1000;
      });
      const seconds = (name: "ours" | "ansible") => median(times.get(name) ?? []);
      return [
        figure("second converge of the ERP host", seconds("ours"), "s"),
        figure("Ansible's run without changes, same host and bundle", seconds("ansible"), "s"),
        figure("second converge / Ansible", seconds("ours") / seconds("ansible"), "ratio", 0.1),
      ];
    });
  },
};

/** Runs it until nothing is left to change. */
async function settle(name: string, run: Converge, report: Report): Promise<void> {
  for (let run_ = 1; run_ <= 4; run_ += 1) {
    report(`${name} until nothing is left to change, run ${run_}`);
    if ((await run()) === "unchanged") return;
  }
  throw new Error(`${name} changes something at every run`);
}

async function openWay(platform: Platform): Promise<ConvergedHost> {
  const state = statePaths(platform.folder);
  const sandbox = { project: loadProject(), simulation, state, cache: cacheFolder() };
  const engine = recordedTools(sandbox)?.engine;
  if (!engine) throw new Error("the sandbox has no engine");
  const hosts = hostsIn(await exportStack(sandbox, environment, engine, "plain"));
  const found = hosts.find(({ key }) => key === host);
  if (found === undefined) throw new Error(`${host} has not been converged`);
  return found;
}

/** Ansible's checkouts know by a name of git's where they came from; ours do without. */
async function nameRemotes(platform: Platform, way: ConvergedHost): Promise<void> {
  for (const { path, url } of bundleOf(way).checkouts)
    await told(platform.inside(host, "git", "-C", path, "remote", "add", "origin", url));
}

const bundleOf = ({ bundle }: ConvergedHost) => bundle as HostBundle;

const sshOptions = ["BatchMode=yes", "IdentitiesOnly=yes", "StrictHostKeyChecking=no", "LogLevel=ERROR"];

/** As the stack does it: the program and the bundle by standard input, over a connection made for it. */
async function ours({ folder }: Platform, { address, user, privateKey, signed }: ConvergedHost) {
  const options = [...sshOptions, `UserKnownHostsFile=${join(folder, "known-hosts")}`];
  const command = "sudo -n /usr/local/sbin/converge-signed apply";
  const printed = await withKey(privateKey, (_room, key) => {
    const words = ["ssh", "-F", "none", "-i", key, ...options.flatMap((option) => ["-o", option])];
    const ssh = visiting({ state: statePaths(folder) }, [...words, `${user}@${address}`, command]);
    return told(say(ssh, { input: signed }));
  });
  return /^nothing to change/m.test(printed) ? "unchanged" : "changed";
}

/** Ansible becomes root, so it enters as an administrator. */
function preparePlaybook({ folder }: Platform, way: ConvergedHost, ansible: string): Converge {
  const [bundle, { operatorKey }] = [bundleOf(way), statePaths(folder)];
  const room = join(folder, "ansible");
  // There are secrets among the files: the folder is its owner's alone, and goes with the sandbox.
  for (const name of ["files", "sockets"]) makeFolder(join(room, name));
  const fileOf = (index: number) => join(room, "files", String(index));
  for (const [index, { content }] of bundle.files.entries())
    writeFileSync(fileOf(index), content, { mode: 0o600 });
  writeFileSync(join(room, "playbook.yml"), JSON.stringify(playbookOf(bundle, fileOf)));
  writeFileSync(
    join(room, "ansible.cfg"),
    ansibleSettings(loadProject().administrator, operatorKey, join(room, "sockets")),
  );
  const environment = [`ANSIBLE_CONFIG=${join(room, "ansible.cfg")}`, `ANSIBLE_HOME=${join(room, "home")}`];
  const play = [ansible, "--inventory", `${way.address},`, join(room, "playbook.yml")];
  const words = visiting({ state: statePaths(folder) }, ["env", ...environment, "LC_ALL=C.UTF-8", ...play]);
  return async () => {
    const printed = await told(say(words));
    const [, changed] = /^\S+ +: ok=\d+ +changed=(\d+) .*failed=0/m.exec(printed) ?? [];
    if (changed === undefined) throw new Error(`Ansible printed no recap:\n${printed}`);
    return changed === "0" ? "unchanged" : "changed";
  };
}
