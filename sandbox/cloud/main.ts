import { parseArgs } from "node:util";
import { machineSettings } from "./machines.ts";
import { startCloud } from "./run.ts";

const USAGE =
  "Usage: node sandbox/cloud/main.ts --state DIR [--seed FILE]... [--no-spaces] [--machines JSON] [--operator-key LINE] [--runs-apps]";

try {
  const { values } = parseArgs({
    options: {
      state: { type: "string" },
      seed: { type: "string", multiple: true, default: [] },
      "no-spaces": { type: "boolean", default: false },
      machines: { type: "string" },
      "operator-key": { type: "string" },
      "runs-apps": { type: "boolean", default: false },
    },
  });
  if (values.state === undefined) throw new Error(USAGE);
  const cloud = await startCloud({
    folder: values.state,
    seeds: values.seed,
    spaces: !values["no-spaces"],
    machines: values.machines === undefined ? undefined : machineSettings.parse(JSON.parse(values.machines)),
    operatorKey: values["operator-key"],
    runsApps: values["runs-apps"],
  });
  const stop = () => cloud.stop().then(() => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  console.log(JSON.stringify({ ready: true, ...cloud.summary }));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
