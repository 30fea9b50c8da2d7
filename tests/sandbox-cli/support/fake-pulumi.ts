/**
 * Stands for the `pulumi` executable where a test is about the sandbox around it. Keeps a stack file and locks where the
 * real one does, and tells events in the same form. While the file FAKE_PULUMI_HOLD exists an `up` stays half way;
 * asked to end by SIGINT, it finishes and leaves no lock, as the real one does.
 */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseDocument } from "yaml";

const { FAKE_PULUMI_HOLD = "", FAKE_PULUMI_LOG, PULUMI_BACKEND_URL, PULUMI_HOME = "" } = process.env;
const args = process.argv.slice(2);
const command = args.filter((argument) => !argument.startsWith("-")).join(" ");
if (FAKE_PULUMI_LOG) appendFileSync(FAKE_PULUMI_LOG, `${args.join(" ")}\n`);

function stackFile(): string {
  return join(
    fileURLToPath(PULUMI_BACKEND_URL ?? ""),
    ".pulumi/stacks/demo",
    `${process.env.PULUMI_STACK}.json`,
  );
}

function lockFile(): string {
  return join(fileURLToPath(PULUMI_BACKEND_URL ?? ""), ".pulumi/locks/organization/demo/prod/one.json");
}

/** By one step, as the real one: somebody may be reading it. */
function write(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.draft`, JSON.stringify(value));
  renameSync(`${path}.draft`, path);
}

function tell(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

async function up(): Promise<void> {
  if (existsSync(lockFile())) {
    console.error("error: the stack is currently locked");
    process.exit(255);
  }
  if (existsSync(stackFile()) && readFileSync(stackFile(), "utf8").includes("pending_operations"))
    process.exit(98);
  write(lockFile(), { pid: process.pid, timestamp: new Date().toISOString() });
  let interrupted = false;
  process.on("SIGINT", () => {
    interrupted = true;
  });
  const urn = "urn:pulumi:prod::demo::demo:index:Thing::one";
  tell({ resourcePreEvent: { metadata: { op: "create", urn, type: "demo:index:Thing" } } });
  while (!interrupted && existsSync(FAKE_PULUMI_HOLD)) await pause(20);
  tell({ resOutputsEvent: { metadata: { op: "create", urn, type: "demo:index:Thing" } } });
  write(stackFile(), {
    deployment: {
      resources: [
        {
          urn: "urn:stack",
          type: "pulumi:pulumi:Stack",
          outputs: { services: [{ name: "erp", url: "https://erp" }] },
        },
        { urn, type: "demo:index:Thing" },
      ],
    },
  });
  tell({ summaryEvent: { resourceChanges: { create: 1 } } });
  rmSync(lockFile());
}

if (command === "version") console.log("v9.9.9");
else if (command.startsWith("stack select")) {
  if (!existsSync(stackFile())) write(stackFile(), {});
} else if (command.startsWith("stack import")) write(stackFile(), JSON.parse(readFileSync(0, "utf8")));
else if (command.startsWith("stack export")) console.log(readFileSync(stackFile(), "utf8"));
else if (command.startsWith("config set")) {
  const value = readFileSync(0, "utf8");
  const file = args[args.indexOf("--config-file") + 1] ?? "";
  const document = parseDocument(readFileSync(file, "utf8"));
  const key = args[args.indexOf("--secret") + 1] ?? "";
  document.setIn(["config", key], { secure: Buffer.from(value).toString("base64") });
  if (!document.has("encryptionsalt")) document.set("encryptionsalt", `salt-${process.pid}`);
  writeFileSync(file, document.toString());
} else if (command.startsWith("cancel")) rmSync(lockFile(), { force: true });
else if (command.startsWith("plugin install")) {
  const [, , , name, version] = args;
  const from = args.includes("--file") ? args.at(-1) : undefined;
  if (!from) {
    console.error("error: no such host");
    process.exit(1);
  }
  const file = join(PULUMI_HOME, `plugins/resource-${name}-v${version}/pulumi-resource-${name}`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, readFileSync(from), { mode: 0o755 });
} else if (command === "up") await up();
else process.exit(99);
