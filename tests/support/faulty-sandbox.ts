import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { FaultRecorder } from "./fault-report.ts";
import { type Inventory, type Outcome, TestSandbox } from "./sandbox.ts";
import { resourcesOf, type StateResource, shownSecret } from "./state.ts";

const root = resolve(import.meta.dirname, "../..");

/** Two more attempts at once: the provider's own waits are made for the vendor, not for a test. */
const quickRetries = {
  DIGITALOCEAN_HTTP_RETRY_MAX: "2",
  DIGITALOCEAN_HTTP_RETRY_WAIT_MIN: "0.05",
  DIGITALOCEAN_HTTP_RETRY_WAIT_MAX: "0.2",
};

// "$@" keeps the words as they are; `env` puts the test's variables over the sandbox's.
const inSandbox = 'eval "$1"; shift; exec env "$@"';

// Nobody is there to be asked.
const unattended = { PULUMI_SKIP_CONFIRMATIONS: "true", CI: "true" };

/** One request the cloud remembers; status 0 is a connection it closed. */
export interface Request {
  readonly sequence: number;
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** The end of what the engine printed, where it says what went wrong. */
export function errorsOf({ printed }: Outcome): string {
  const start = printed.lastIndexOf("Diagnostics:");
  return start === -1 ? printed : printed.slice(start);
}

/** Staging in an account where things go wrong. */
export class FaultySandbox extends TestSandbox {
  #exports = "";
  #before: Inventory = {};

  /** Notes every run, when a report of them is wanted. */
  readonly recorder = new FaultRecorder(
    () => this.inventory(),
    join(this.folder, "backend/.pulumi/stacks/insightpulse/staging.json"),
  );

  /** Starts the cloud and makes the stack, but none of its resources. */
  async prepare(): Promise<void> {
    this.#exports = (await this.run("env", "staging")).stdout;
    this.#before = await this.inventory();
  }

  /** Orders a fault, in the words of the command line. */
  async fault(words: string): Promise<void> {
    await this.run("fault", "add", ...words.split(" "));
  }

  /** The faults on order, and how many requests each has met. */
  async faults(): Promise<{ kind: string; met: number }[]> {
    return ((await this.ask("/faults")) as { faults: { kind: string; met: number }[] }).faults;
  }

  /** Runs a line of shell as an error printed it, for an operator to paste. */
  async asPrinted(line: string): Promise<Outcome> {
    const words = ["bash", "-c", line];
    return this.recorder.run(line, () => this.#shell(words, unattended));
  }

  /** Runs plain `pulumi`, with variables over those that `sandbox env` prints. */
  engine(words: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return this.#shell(["pulumi", "--non-interactive", ...words], variables);
  }

  /** `pulumi up`, which may fail. */
  up(words: readonly string[] = [], variables: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const command = ["up", "--yes", "--skip-preview", ...words];
    return this.recorder.run(`pulumi ${command.join(" ")}`, () => this.engine(command, variables));
  }

  override tryRun(...words: string[]): Promise<Outcome> {
    const run = () => super.tryRun(...words);
    return words[0] === "up" ? this.recorder.run(`./scripts/sandbox ${words.join(" ")}`, run) : run();
  }

  async #shell(words: readonly string[], variables: Readonly<Record<string, string>>): Promise<Outcome> {
    assert.notEqual(this.#exports, "", "prepare first");
    const settings = Object.entries({ ...quickRetries, ...variables }).map(
      ([name, value]) => `${name}=${value}`,
    );
    const options = { cwd: root, reject: false, all: true } as const;
    const command = ["-c", inSandbox, "bash", this.#exports, ...settings, ...words];
    const { exitCode, stdout, all } = await execa("bash", command, options);
    return { exitCode, stdout, printed: all };
  }

  /** Requests the cloud has met with this method at this path, in order. */
  async met(method: string, path: string): Promise<Request[]> {
    const all = (await this.requests()) as Request[];
    return all.filter((one) => one.method === method && one.path.split("?")[0] === path);
  }

  /** Calls the vendor's API as its owner would by hand. */
  async byHand(method: string, path: string, body?: unknown): Promise<ReturnType<typeof JSON.parse>> {
    const { apiUrl, token } = this.cloud();
    const answer = await fetch(`${apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? {} : JSON.parse(text);
  }

  /** The stack's resources, secrets in plain text. */
  async state(): Promise<StateResource[]> {
    const { exitCode, stdout, printed } = await this.engine(["stack", "export", "--show-secrets"]);
    assert.equal(exitCode, 0, printed);
    return resourcesOf(stdout);
  }

  /** URNs of what a run that was killed had begun to create. */
  async creationsUnderWay(): Promise<string[]> {
    const { exitCode, stdout, printed } = await this.engine(["stack", "export"]);
    assert.equal(exitCode, 0, printed);
    const { pending_operations: pending } = JSON.parse(stdout).deployment as {
      pending_operations?: { type: string; resource: { urn: string } }[];
    };
    return (pending ?? []).filter(({ type }) => type === "creating").map(({ resource }) => resource.urn);
  }

  /** What was made once and is nowhere else: generated passwords and the deploy key, by URN. */
  async generated(): Promise<Record<string, string>> {
    const properties: Readonly<Record<string, string>> = {
      "random:index/randomPassword:RandomPassword": "result",
      "tls:index/privateKey:PrivateKey": "privateKeyPem",
    };
    const secrets: Record<string, string> = {};
    for (const { urn, type, outputs } of await this.state()) {
      const property = properties[type];
      if (property !== undefined) secrets[urn] = shownSecret(outputs[property]);
    }
    return secrets;
  }

  /** What was generated by then is in the state unchanged; that there was nothing yet has to be allowed. */
  async assertKept(generated: Readonly<Record<string, string>>, { orNone = false } = {}): Promise<void> {
    if (!orNone) assert.notDeepEqual(generated, {}, "nothing had been generated by then");
    const now = await this.generated();
    for (const [urn, secret] of Object.entries(generated))
      assert.ok(now[urn] === secret, `${urn} was changed`);
  }

  /** The next `up` succeeds, the one after it has nothing to do, and everything is there exactly once. */
  async assertConverges(): Promise<void> {
    const { exitCode, printed } = await this.up();
    assert.equal(exitCode, 0, printed);
    await this.assertWhole();
  }

  /** A preview finds nothing to do, and the cloud holds just what the state says, each thing once. */
  async assertWhole(): Promise<void> {
    const preview = await this.engine(["preview", "--expect-no-changes"]);
    assert.equal(preview.exitCode, 0, preview.printed);
    const state = (await this.state()) as (StateResource & { id?: string })[];
    const ids = state.flatMap(({ id }) => (id === undefined ? [] : [id]));
    const made = await this.#made();
    const unknown = made.filter(({ id }) => !ids.includes(id));
    assert.deepEqual(unknown, [], "in the cloud, and in no state");
    const twice = made.map(({ title }) => title).filter((title, index, all) => all.indexOf(title) !== index);
    assert.deepEqual(twice, [], "twice in the cloud");
    const vendors = state.filter(({ type, id }) => /^digitalocean:/.test(type) && id !== undefined);
    const missing = vendors.filter(
      ({ type, id = "" }) => !type.endsWith(":ProjectResources") && !made.some((one) => one.id === id),
    );
    assert.deepEqual(missing, [], "in the state, and not in the cloud");
  }

  /** What has come into the account since the beginning: its id, and a title that no two share. */
  async #made(): Promise<{ id: string; title: string }[]> {
    const now = await this.inventory();
    return resourceCollections.flatMap((collection) => {
      const before = new Set((this.#before[collection] ?? []).map((entry) => idOf(entry)));
      return (now[collection] ?? [])
        .filter((entry) => !before.has(idOf(entry)) && !comesWithZone(entry))
        .map((entry) => ({ id: idOf(entry), title: titleOf(collection, entry) }));
    });
  }
}

type Entry = Readonly<Record<string, unknown>>;

const resourceCollections = [
  ...["ssh_keys", "vpcs", "droplets", "firewalls", "domains", "domain_records", "tags", "projects", "apps"],
  ...["uptime_checks", "uptime_alerts", "monitor_alerts", "spaces_keys", "buckets"],
];

const idOf = ({ id, uuid, access_key, name }: Entry): string => String(id ?? uuid ?? access_key ?? name);

/** The vendor makes these with a zone. */
const comesWithZone = ({ type }: Entry): boolean => type === "NS" || type === "SOA";

function titleOf(collection: string, entry: Entry): string {
  const { name, description, domain, type, tag, data, check_id, spec } = entry;
  const appName = (spec as { name?: string } | undefined)?.name;
  const title = appName ?? name ?? description;
  return [collection, title, domain, type, tag, data, check_id].filter(Boolean).join(" ");
}
