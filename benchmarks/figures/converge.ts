import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { HostBundle } from "../../host/bundle.ts";
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
const { user } = loadProject().administration;

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

/** How the host is reached, and what the stack has applied to it. */
interface Way {
  readonly address: string;
  readonly key: string;
  readonly command: string;
  readonly document: string;
}

const resourceSchema = z.object({
  deployment: z.object({
    resources: z.array(z.object({ urn: z.string(), inputs: z.record(z.string(), z.unknown()).optional() })),
  }),
});
const appliedSchema = z.object({ create: z.string(), stdin: z.object({ plaintext: z.string() }) });

async function openWay(platform: Platform): Promise<Way> {
  const state = statePaths(platform.folder);
  const sandbox = { project: loadProject(), simulation, state, cache: cacheFolder() };
  const engine = recordedTools(sandbox)?.engine;
  if (!engine) throw new Error("the sandbox has no engine");
  const { deployment } = resourceSchema.parse(await exportStack(sandbox, environment, engine, "plain"));
  const resource = deployment.resources.find(({ urn }) => urn.endsWith(`::host-${host}-convergence-apply`));
  const { create, stdin } = appliedSchema.parse(resource?.inputs);
  // A first command by SSH leaves the key in its place.
  await told(platform.on(host, "true"));
  return {
    address: (await platform.hosts())[host]?.address ?? "",
    key: join(platform.folder, environment, "deploy-key"),
    command: create,
    document: z.string().parse(JSON.parse(stdin.plaintext)),
  };
}

/** Ansible's checkouts know by a name of git's where they came from; ours do without. */
async function nameRemotes(platform: Platform, { document }: Way): Promise<void> {
  for (const { path, url } of bundleIn(document).checkouts)
    await told(platform.inside(host, "git", "-C", path, "remote", "add", "origin", url));
}

const bundleIn = (document: string) => (JSON.parse(document) as { bundle: HostBundle }).bundle;

const sshOptions = ["BatchMode=yes", "IdentitiesOnly=yes", "StrictHostKeyChecking=no", "LogLevel=ERROR"];

/** As the stack does it: the program and the bundle by standard input, over a connection made for it. */
async function ours({ folder }: Platform, { address, key, command, document }: Way) {
  const options = [...sshOptions, `UserKnownHostsFile=${join(folder, "known-hosts")}`];
  const words = ["ssh", "-F", "none", "-i", key, ...options.flatMap((option) => ["-o", option])];
  const ssh = visiting({ state: statePaths(folder) }, [...words, `${user}@${address}`, command]);
  const printed = await told(say(ssh, { input: document }));
  return /^nothing to change/m.test(printed) ? "unchanged" : "changed";
}

function preparePlaybook({ folder }: Platform, { address, key, document }: Way, ansible: string): Converge {
  const bundle = bundleIn(document);
  const room = join(folder, "ansible");
  // There are secrets among the files: the folder is its owner's alone, and goes with the sandbox.
  for (const name of ["files", "sockets"]) makeFolder(join(room, name));
  const fileOf = (index: number) => join(room, "files", String(index));
  for (const [index, { content }] of bundle.files.entries())
    writeFileSync(fileOf(index), content, { mode: 0o600 });
  writeFileSync(join(room, "playbook.yml"), JSON.stringify(playbookOf(bundle, fileOf)));
  writeFileSync(join(room, "ansible.cfg"), ansibleSettings(user, key, join(room, "sockets")));
  const environment = [`ANSIBLE_CONFIG=${join(room, "ansible.cfg")}`, `ANSIBLE_HOME=${join(room, "home")}`];
  const play = [ansible, "--inventory", `${address},`, join(room, "playbook.yml")];
  const words = visiting({ state: statePaths(folder) }, ["env", ...environment, "LC_ALL=C.UTF-8", ...play]);
  return async () => {
    const printed = await told(say(words));
    const [, changed] = /^\S+ +: ok=\d+ +changed=(\d+) .*failed=0/m.exec(printed) ?? [];
    if (changed === undefined) throw new Error(`Ansible printed no recap:\n${printed}`);
    return changed === "0" ? "unchanged" : "changed";
  };
}
