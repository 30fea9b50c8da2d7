import { join } from "node:path";
import { statePaths } from "../../../sandbox/engine/paths.ts";
import type { Project, Sandbox, Simulation, World } from "../../../sandbox/engine/sandbox.ts";
import { writeFile } from "./temporary.ts";

const node = process.execPath;

const never = () => {
  throw new Error("there are no machines in the demo");
};

/** A world in which droplets are records. */
const recordsOnly: World = {
  obstacle: async () => "this is a demo",
  droplets: async () => ({ areMachines: false, because: "this is a demo" }),
  obtaining: () => [],
  cloudWords: never,
  operatorKey: never,
  images: never,
  databaseServer: never,
  open: never,
  engineInside: never,
  awaitMoves: never,
  installOldSoftware: never,
  ask: never,
  isOpen: () => false,
  close: async () => 0,
};

/** A sandbox of a program that is not there, around an engine and a cloud that are not real. */
export function demoSandbox(folder: string): Sandbox {
  const root = join(folder, "project");
  const project: Project = {
    root,
    name: "demo",
    environments: ["prod"],
    plugins: [{ name: "demo", version: "1.2.3" }],
    settingsFile: (environment) => join(root, `Pulumi.${environment}.yaml`),
    seedFile: () => undefined,
    oldServices: () => [],
    operatorVariables: () => ({}),
    secretsFor: () => [{ name: "password", makeValue: () => "sandbox-0123" }],
    servicesIn: (outputs) =>
      Array.isArray(outputs.services)
        ? outputs.services.map((service) => ({ ...service, healthy: null }))
        : [],
    hostsIn: () => [],
    administrator: "nobody",
    healthQuestions: () => [],
    settingsHere: async () => [],
    surroundingsOf: () => ({
      ...{
        images: [],
        apps: [],
        databases: [],
        repositories: [],
        mailNames: [],
        google: { clients: [], accounts: [] },
      },
      registered: "digitalocean",
    }),
  };
  const simulation: Simulation = {
    cloudProgram: join(import.meta.dirname, "fake-cloud.ts"),
    writeStandIns: (target) =>
      writeFile(join(target, "pulumi-resource-demo"), `#!/bin/sh\n# ${root}\n`, true),
    removeLeftovers: async (creations) => creations.map(({ name }) => `thing ${name}`),
    findExisting: async () => [],
    tagType: "demo:index:Tag",
    findTagged: async () => [],
    world: recordsOnly,
  };
  return { project, simulation, state: statePaths(join(folder, "state")), cache: join(folder, "cache") };
}

/** Writes the demo's settings and executables; the folder of the latter belongs first on PATH. */
export function writeDemo(folder: string): string {
  const programs = join(folder, "programs");
  writeFile(join(folder, "project/Pulumi.prod.yaml"), "config:\n  demo:size: small\n");
  writeFile(join(folder, "project/node_modules/@pulumi/pulumi/package.json"), '{"version":"9.9.9"}');
  const fakePulumi = join(import.meta.dirname, "fake-pulumi.ts");
  writeFile(join(programs, "pulumi"), `#!/bin/sh\nexec "${node}" "${fakePulumi}" "$@"\n`, true);
  writeFile(join(programs, "pulumi-language-nodejs"), "#!/bin/sh\n", true);
  writeFile(
    join(programs, "versitygw"),
    "#!/bin/sh\n[ $# -gt 0 ] || exec tail -f /dev/null\necho 'Version : 1.8.0'\n",
    true,
  );
  return programs;
}
