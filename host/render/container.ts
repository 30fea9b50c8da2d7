import { memoryLimits } from "../../config/derive/host-memory.ts";
import { shellWord } from "../../config/quote.ts";
import { lookup } from "../../config/records.ts";
import type { Unit } from "../bundle.ts";
import { acceleratorDevices, registryAuth } from "./containers.ts";
import { accountOf, type HostContext, type ServiceHere, secretsFolder } from "./context.ts";
import { databaseTls } from "./database.ts";
import { imageReference } from "./image.ts";
import type { HostPart } from "./part.ts";
import { hostFile, secretFile } from "./template.ts";
import { variablesOf } from "./variables.ts";

/**
 * One service as a Quadlet unit: account, folders, environment, and the watch over its health.
 *
 * @param extra what else the unit needs: units it wants beside it, files after whose change it restarts
 */
export function containerPart(
  service: ServiceHere,
  context: HostContext,
  extra: { readonly wants: readonly string[]; readonly restartOn: readonly string[] },
): HostPart {
  const { name, container, health, title } = service;
  const account = accountOf(service);
  const variables = variablesOf(service, context);
  const secrets = variables.filter(({ secret }) => secret);
  const unitFile = `/etc/containers/systemd/${name}.container`;
  const secretsFile = secrets.length > 0 ? `${secretsFolder}/${name}.env` : undefined;
  const data = container.data.map(({ folder, mountedAt }) => ({
    path: `/var/lib/${name}${folder && `/${folder}`}`,
    mountedAt,
  }));
  const folders = [...new Set([`/var/lib/${name}`, ...data.map(({ path }) => path)])];
  const authority = service.databaseRole === undefined ? "" : databaseTls(context).authorityFile;
  const authorityMounts = authority ? [{ path: authority, mountedAt: authority }] : [];
  const fromAccount = service.image.registryType === "DOCR";
  return {
    packages: service.databaseRole === undefined ? [] : ["postgresql-client"],
    groups: [{ name: account, id: container.userId }],
    users: [{ name: account, id: container.userId, home: `/var/lib/${name}` }],
    directories: folders.map((path) => ({ path, mode: "0750", owner: account, group: account })),
    files: [
      hostFile(unitFile, {
        template: "etc/containers/systemd/service.container",
        values: {
          ...{
            name,
            title,
            data,
            devices: container.usesAccelerator ? acceleratorDevices(context.size) : [],
            userId: container.userId,
            ports: [service.port, ...Object.values(service.extraPorts ?? {})],
          },
          image: imageReference(service.image, context.config.registry.name),
          wants: extra.wants,
          command: container.command?.join(" ") ?? "",
          readOnly: !container.writesItsOwnFiles,
          scratch: container.scratch ?? [],
          readOnlyMounts: [...(container.readOnlyMounts ?? []), ...authorityMounts],
          secretsFile: secretsFile ?? "",
          environment: variables
            .filter(({ secret }) => !secret)
            .map((variable) => quoted(`${variable.name}=${variable.value}`)),
          registryAuth: fromAccount ? registryAuth : "",
          // Podman first waits as long as the service may take, then kills; systemd must not be quicker.
          stopSeconds: container.stopSeconds,
          stopTimeoutSeconds: container.stopSeconds + 15,
          memoryMib: lookup(memoryLimits(context.services, context.size), name, "memory limit"),
        },
      }),
      hostFile(`/etc/insightpulse/health/${name}.env`, {
        template: "etc/insightpulse/health.env",
        values: {
          url: shellWord(healthUrl(service)),
          status: health.status,
          body: shellWord(health.body?.source ?? ""),
          startSeconds: container.startSeconds,
        },
      }),
      ...(secretsFile === undefined
        ? []
        : [
            secretFile(secretsFile, {
              template: "etc/insightpulse/service.env",
              values: { variables: secrets },
            }),
          ]),
    ],
    units: [
      {
        name: `${name}.service`,
        enabled: true,
        restartOn: [
          unitFile,
          ...(secretsFile === undefined ? [] : [secretsFile]),
          ...(fromAccount ? [registryAuth] : []),
          ...authorityMounts.map(({ path }) => path),
          ...extra.restartOn,
        ],
        reloadOn: [],
        health: unitHealth(service),
      },
      {
        name: `watch-health@${name}.timer`,
        enabled: true,
        restartOn: ["/etc/systemd/system/watch-health@.timer"],
        reloadOn: [],
      },
    ],
  };
}

function unitHealth(service: ServiceHere): NonNullable<Unit["health"]> {
  const { health, container } = service;
  return {
    url: healthUrl(service),
    status: health.status,
    ...(health.body === undefined ? {} : { body: health.body.source }),
    timeoutSeconds: container.startSeconds,
  };
}

function healthUrl({ port, health }: ServiceHere): string {
  return `http://127.0.0.1:${port}${health.path}`;
}

/** A word as systemd reads it in a list, with nothing left to be expanded. */
function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%")}"`;
}
