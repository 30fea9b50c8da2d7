import { memoryLimits } from "../../config/derive/host-memory.ts";
import { lookup } from "../../config/records.ts";
import { ownPorts } from "../../config/resolve.ts";
import type { HostFile, Image } from "../bundle.ts";
import { acceleratorDevices, registryAuth } from "./containers.ts";
import { accountOf, type HostContext, type ServiceHere, secretsFolder } from "./context.ts";
import { databaseTls } from "./database.ts";
import { healthOf, healthWatch } from "./health.ts";
import { imageReference } from "./image.ts";
import type { HostPart } from "./part.ts";
import { standInFor, takeoverOf } from "./takeover.ts";
import { hostFile, secretFile } from "./template.ts";
import { variablesOf } from "./variables.ts";
import type { Variant } from "./variant.ts";

/** What a service's unit needs beside what every service has. */
interface Extra {
  /** Units it wants beside it. */
  readonly wants: readonly string[];
  /** Files after whose change it restarts. */
  readonly restartOn: readonly string[];
  /** What has to run once before a new release does. */
  readonly update?: Variant | undefined;
}

/** One service as a Quadlet unit: account, folders, environment, the next release beside it, and the watch over its health. */
export function containerPart(service: ServiceHere, context: HostContext, extra: Extra): HostPart {
  const { name, port, container, health } = service;
  const account = accountOf(service);
  const watch = healthWatch(name, { port, health, startSeconds: container.startSeconds });
  const own = itself(service, context);
  const secrets = own.variables.filter(({ secret }) => secret);
  const secretsFile = secrets.length > 0 ? `${secretsFolder}/${name}.env` : undefined;
  const folders = [...new Set([`/var/lib/${name}`, ...dataOf(service).map(({ path }) => path)])];
  const image = imageOf(service, context);
  const standIn = standInFor(service, context);
  const { update } = extra;
  const containers = [own, standIn, update].filter((variant) => variant !== undefined);
  const shared = { service, image, secretsFile, wants: extra.wants };
  const unit = {
    name: `${name}.service`,
    enabled: true,
    restartOn: [
      unitPath(name),
      ...(secretsFile === undefined ? [] : [secretsFile]),
      ...(image.authFile === undefined ? [] : [image.authFile]),
      ...authorityMounts(service, context).map(({ path }) => path),
      ...extra.restartOn,
      ...(update === undefined ? [] : [unitPath(update.name)]),
    ],
    reloadOn: [],
    health: healthOf(service, health),
    image,
    takeover: takeoverOf(
      service,
      standIn,
      update && { unit: `${update.name}.service`, on: [unitPath(update.name)] },
    ),
  };
  return {
    packages: service.databaseRole === undefined ? [] : ["postgresql-client"],
    groups: [{ name: account, id: container.userId }],
    users: [{ name: account, id: container.userId, home: `/var/lib/${name}` }],
    directories: folders.map((path) => ({ path, mode: "0750", owner: account, group: account })),
    files: [
      ...containers.map((variant) => unitFile(variant, shared, context)),
      ...watch.files,
      ...(service.awaitsMove
        ? [
            hostFile(`/etc/systemd/system/${name}.service.d/awaits-move.conf`, {
              template: "etc/systemd/system/awaits-move.conf",
              values: { name },
            }),
          ]
        : []),
      ...(secretsFile === undefined
        ? []
        : [
            secretFile(secretsFile, {
              template: "etc/insightpulse/service.env",
              values: { variables: secrets },
            }),
          ]),
    ],
    // One that is still elsewhere is neither started nor stopped: whoever answers on its port is somebody else.
    units: service.awaitsMove ? watch.units : [unit, ...watch.units],
  };
}

/** What a service's own container has in common with those like it. */
interface Shared {
  readonly service: ServiceHere;
  readonly image: Image;
  /** File with its secrets; undefined where it has none. */
  readonly secretsFile: string | undefined;
  readonly wants: readonly string[];
}

/** The unit of a service, or of a container like its own. */
function unitFile(
  variant: Variant,
  { service, image, secretsFile, wants }: Shared,
  context: HostContext,
): HostFile {
  const { container } = service;
  const { name, title, note, once, options, without, variables } = variant;
  const isService = name === service.name;
  return hostFile(unitPath(name), {
    template: "etc/containers/systemd/service.container",
    values: {
      ...{ name, title, note, isService, once, wants },
      data: dataOf(service).filter(({ folder }) => !without.includes(folder)),
      devices: container.usesAccelerator ? acceleratorDevices(context.size) : [],
      userId: container.userId,
      ports: ownPorts(service),
      image: image.reference,
      command: [...(container.command ?? []), ...options].join(" "),
      readOnly: !container.writesItsOwnFiles,
      scratch: container.scratch ?? [],
      readOnlyMounts: [...(container.readOnlyMounts ?? []), ...authorityMounts(service, context)],
      secretsFile: secretsFile ?? "",
      environment: variables
        .filter(({ secret }) => !secret)
        .map((variable) => quoted(`${variable.name}=${variable.value}`)),
      registryAuth: image.authFile ?? "",
      // Podman first waits as long as the service may take, then kills; systemd must not be quicker.
      stopSeconds: container.stopSeconds,
      stopTimeoutSeconds: container.stopSeconds + 15,
      // Whoever runs beside the service has the least it works with: for a moment there are two of it.
      memoryMib: isService
        ? lookup(memoryLimits(context.services, context.size), name, "memory limit")
        : container.memory.minimumMib,
    },
  });
}

/** The service's own container. */
function itself(service: ServiceHere, context: HostContext): Variant {
  const { name, title } = service;
  return {
    ...{ name, title, service, once: false, options: [], without: [] },
    note: `Quadlet makes ${name}.service of this file: systemctl restart ${name}, journalctl -u ${name}.`,
    variables: variablesOf(service, context),
  };
}

const unitPath = (name: string) => `/etc/containers/systemd/${name}.container`;

function dataOf({ name, container }: ServiceHere) {
  return container.data.map(({ folder, mountedAt }) => ({
    ...{ folder, mountedAt },
    path: `/var/lib/${name}${folder && `/${folder}`}`,
  }));
}

function imageOf({ image }: ServiceHere, { config }: HostContext): Image {
  const reference = imageReference(image, config.registry.name);
  return image.registryType === "DOCR" ? { reference, authFile: registryAuth } : { reference };
}

function authorityMounts(service: ServiceHere, context: HostContext) {
  const authority = service.databaseRole === undefined ? "" : databaseTls(context).authorityFile;
  return authority ? [{ path: authority, mountedAt: authority }] : [];
}

/** A word as systemd reads it in a list, with nothing left to be expanded. */
function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%")}"`;
}
