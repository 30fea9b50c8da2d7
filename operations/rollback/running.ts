import { z } from "zod";
import type { Configuration } from "../../config/configuration.ts";
import { appServices, hostServices } from "../../config/resolve.ts";
import type { ImageSource } from "../../config/service.ts";
import { imageReference } from "../../host/render/image.ts";
import { type ConvergedHost, hostsIn } from "../hosts/stack.ts";
import type { Release } from "../releases/release.ts";
import { appName, appType } from "../stack/apps.ts";
import { engineSays } from "../stack/engine.ts";
import { opened } from "../stack/opened.ts";

/** An app as the stack knows it. */
export interface RunningApp {
  readonly service: string;
  /** Name of its resource, by which releases keep its deployment. */
  readonly name: string;
  readonly urn: string;
  readonly id: string;
  /** Whether the stack owns its specification; as it was found, only the platform knows what it is. */
  readonly isOwned: boolean;
  /** Full name of its image, where the stack owns it. */
  readonly image: string | null;
  /** The deployment that serves as far as the stack knows; null where it has not heard of any. */
  readonly deployment: string | null;
  /** What the program declared, secrets opened. */
  readonly inputs: unknown;
}

/** What an environment is made of by its state: what was applied, whatever the settings have become since. */
export interface Running {
  readonly apps: readonly RunningApp[];
  /** Empty where hosts are not converged. */
  readonly hosts: readonly ConvergedHost[];
  /** Full names of the images of services, by service. */
  readonly images: Readonly<Record<string, string>>;
  /** Commit of the Odoo addons; null where there are none. */
  readonly addonsCommit: string | null;
}

const stateSchema = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
          type: z.string(),
          id: z.string().optional(),
          delete: z.boolean().default(false),
          inputs: z.unknown().optional(),
          outputs: z.object({ activeDeploymentId: z.string().optional().catch(undefined) }).optional(),
        }),
      )
      .default([]),
  }),
});

const imageSchema = z.object({
  registryType: z.enum(["DOCR", "DOCKER_HUB", "GHCR"]),
  registry: z.string().optional(),
  repository: z.string(),
  tag: z.string().optional(),
  digest: z.string().optional(),
});

const appInputs = z.object({
  spec: z.object({ services: z.array(z.object({ name: z.string(), image: imageSchema.optional() })) }),
});

/** What of a host's bundle says which release it runs. */
const bundleSchema = z.object({
  units: z.array(z.object({ name: z.string(), image: z.object({ reference: z.string() }).optional() })),
  checkouts: z.array(z.object({ path: z.string(), commit: z.string() })),
});

const addonsFolder = "/opt/odoo";

/**
 * Reads what an environment runs from its state.
 *
 * @throws Failure in the engine's words when it cannot be read
 */
export async function runningIn(config: Configuration): Promise<Running> {
  const { stack } = config;
  const words = ["stack", "export", "--stack", stack, "--show-secrets"];
  return readRunning(JSON.parse(await engineSays(words, `the state of ${stack} cannot be read`)), config);
}

/** The same from an export with `--show-secrets`. */
export function readRunning(state: unknown, config: Configuration): Running {
  const { resources } = stateSchema.parse(state).deployment;
  const hosts = hostsIn(state);
  const apps = appServices(config.resolvedServices).flatMap((service): RunningApp[] => {
    const name = appName(service.name);
    const found = resources.find((one) => one.type === appType && !one.delete && nameOf(one.urn) === name);
    if (found?.id === undefined) return [];
    const isOwned = service.specification === "managed";
    const { data } = appInputs.safeParse(opened(found.inputs));
    const image = data?.spec.services.find((one) => one.name === service.name)?.image;
    const reference = isOwned && image !== undefined ? nameOfImage(image, config) : null;
    return [
      {
        service: service.name,
        name,
        urn: found.urn,
        id: found.id,
        isOwned,
        image: reference,
        deployment: found.outputs?.activeDeploymentId || null,
        inputs: found.inputs,
      },
    ];
  });
  const bundles = hosts.map(({ bundle }) => bundleSchema.parse(bundle));
  const units = bundles.flatMap((bundle) => bundle.units);
  const onHosts = hostServices(config.resolvedServices).flatMap(({ name }): [string, string][] => {
    const reference = units.find((unit) => unit.name === `${name}.service`)?.image?.reference;
    return reference === undefined ? [] : [[name, reference]];
  });
  const onPlatform = apps.flatMap(({ service, image }): [string, string][] =>
    image === null ? [] : [[service, image]],
  );
  const checkouts = bundles.flatMap((bundle) => bundle.checkouts);
  return {
    ...{ apps, hosts, images: Object.fromEntries([...onHosts, ...onPlatform]) },
    addonsCommit: checkouts.find(({ path }) => path === addonsFolder)?.commit ?? null,
  };
}

/**
 * Whether just what a release pinned runs. What the stack does not own may have moved on by itself; where hosts are not
 * converged, nothing runs on them.
 */
export function runs(release: Release, running: Running, config: Pick<Configuration, "registry">): boolean {
  const same = Object.entries(running.images).every(([service, reference]) => {
    const pinned = release.images[service];
    return pinned !== undefined && nameOfImage(pinned, config) === reference;
  });
  return same && (running.hosts.length === 0 || running.addonsCommit === release.addonsCommit);
}

/** Full name of an image that a release or the state has. */
export function nameOfImage(
  { registryType, registry, repository, tag, digest }: Release["images"][string],
  { registry: account }: Pick<Configuration, "registry">,
): string {
  const image: ImageSource = {
    ...{ registryType, repository },
    ...(registry ? { registry } : {}),
    ...(tag ? { tag } : {}),
    ...(digest ? { digest } : {}),
  };
  return imageReference(image, account.name);
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}
