import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Configuration } from "../../config/configuration.ts";
import { hostServices } from "../../config/resolve.ts";
import { signOnProxy } from "../../config/sign-on.ts";
import { imageReference } from "../../host/render/image.ts";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import { obtainPebble } from "../../sandbox/internet/acme/obtain.ts";
import { internetFiles } from "../../sandbox/internet/files.ts";
import { obtainBuiltImages } from "../../sandbox/internet/registry/built-images.ts";
import { obtainLayer, type played } from "../../sandbox/internet/registry/layer.ts";
import { obtainRegistryServer } from "../../sandbox/internet/registry/obtain-server.ts";
import type { InternetSettingsInput } from "../../sandbox/internet/settings.ts";
import { obtainDatabaseRoot } from "../../sandbox/internet/supabase/root.ts";
import { nameServers } from "../../sandbox/machines/addresses.ts";
import { ip } from "../../sandbox/machines/namespaces.ts";
import { startInside } from "../internet/support/start-inside.ts";
import { makeKey, type TestFleet, told } from "../machines/support.ts";

const root = join(import.meta.dirname, "../..");
const addresses = { web: "198.19.0.1", pooler: "198.19.0.2", mail: "198.19.0.3" };
const directDatabase = "fd00::5432";

/** What registries call a service, and what plays it. */
const players: Readonly<Record<string, (typeof played)[number]>> = {
  odoo: "odoo",
  mattermost: "mattermost",
  n8n: "n8n",
  ocr: "ocr-service",
};

/** The sandbox's cloud and internet, in the network of a test's machines. */
export class TestInternet {
  readonly #lab: TestFleet;
  readonly #children: ChildProcess[] = [];

  constructor(lab: TestFleet) {
    this.#lab = lab;
  }

  get #folder(): string {
    return join(this.#lab.stateRoot, "internet");
  }

  get #cloud(): string {
    return join(this.#lab.stateRoot, "cloud");
  }

  /** File with every certificate that clients here must trust. */
  get trustBundle(): string {
    return internetFiles(this.#folder).trustBundle;
  }

  /** A token that may do everything in the cloud's account. */
  get token(): string {
    return JSON.parse(readFileSync(join(this.#cloud, "cloud.json"), "utf8")).token;
  }

  /** Starts everything that the hosts of a configuration meet. */
  async start(config: Configuration, ownerPassword: string): Promise<void> {
    const options = { cache: cacheFolder(), projectRoot: root, report: () => {}, note: () => {} };
    const tools = {
      pebble: join((await obtainPebble(options)).folder, "pebble"),
      registryServer: await obtainRegistryServer(options),
      layer: await obtainLayer(options),
      builtImages: await obtainBuiltImages(options),
      databaseRoot: await obtainDatabaseRoot(cacheFolder(), () => {}),
    };
    await ip(this.#lab.names.network, [
      ...Object.values(addresses).map((address) => `address replace ${address}/32 dev lo`),
      `address replace ${directDatabase}/128 dev lo nodad`,
    ]);
    await this.#run([join(root, "sandbox/cloud/main.ts"), "--state", this.#cloud, "--no-spaces"], "");
    const settings: InternetSettingsInput = {
      ...{ folder: this.#folder, cloudFolder: this.#cloud, registered: "digitalocean", tools },
      addresses: { names: [...nameServers], ...addresses },
      projects: [{ ...config.database, ownerPassword, address: directDatabase, roles: [] }].map(
        ({ projectRef, poolerHost, ...rest }) => ({
          ...{ projectRef, poolerHost, ownerPassword: rest.ownerPassword },
          ...{ address: rest.address, roles: [] },
        }),
      ),
      images: [
        ...hostServices(config.resolvedServices).map(({ name, image }) => ({
          reference: imageReference(image, config.registry.name),
          plays: players[name] ?? assert.fail(`nothing plays ${name}`),
        })),
        { reference: signOnProxy.image, plays: signOnProxy.unit },
      ],
      mailNames: [],
    };
    await this.#run([join(root, "sandbox/internet/main.ts")], JSON.stringify(settings));
  }

  /** Ends what was started, the last first. */
  async stop(): Promise<void> {
    for (const child of this.#children.reverse()) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      if (child.exitCode === null && child.kill("SIGTERM")) await ended;
    }
  }

  /** Makes a zone in the account. */
  async makeZone(name: string): Promise<void> {
    const { apiUrl, token } = JSON.parse(readFileSync(join(this.#cloud, "cloud.json"), "utf8"));
    const headers = ["--header", `Authorization: Bearer ${token}`];
    const words = ["--silent", "--show-error", "--fail", ...headers, "--json", JSON.stringify({ name })];
    await told(this.#lab.beside("curl", ...words, `${apiUrl}/v2/domains`));
  }

  /** Makes a machine trust who signs here, as the sandbox's hosts do. */
  async trust(machine: number): Promise<void> {
    const { trust } = internetFiles(this.#folder);
    for (const name of readdirSync(trust).filter((file) => file.endsWith(".crt"))) {
      const text = readFileSync(join(trust, name), "utf8");
      await this.#lab.write(machine, `/usr/local/share/ca-certificates/${name}`, text);
    }
    await told(this.#lab.in(machine, "update-ca-certificates"));
  }

  async #run(words: string[], input: string): Promise<void> {
    await startInside(this.#lab.names.network, words, input, (child) => this.#children.push(child));
  }
}

/** A key pair of its own, in a folder of its own. */
export function makeNamedKey(lab: TestFleet, name: string): ReturnType<typeof makeKey> {
  const folder = join(lab.stateRoot, name);
  mkdirSync(folder);
  return makeKey(folder);
}
