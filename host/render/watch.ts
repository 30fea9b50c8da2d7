import { backupHosts } from "../../config/derive/backup-hosts.ts";
import { planHeartbeatBucket } from "../../config/derive/heartbeats.ts";
import { gatedServices } from "../../config/derive/sign-on.ts";
import type { HealthCheck } from "../../config/health-check.ts";
import { spacesEndpoint } from "../../config/naming.ts";
import { type ResolvedService, servicesOn } from "../../config/resolve.ts";
import { signOnProxy } from "../../config/sign-on.ts";
import { oldSoftware } from "../../config/tables/old-software.ts";
import { poolerPorts } from "../../config/tables/supabase.ts";
import type { Unit } from "../bundle.ts";
import { alarmChannels } from "./alarm.ts";
import { certificateName, type HostContext, type ServiceHere, secretsFolder } from "./context.ts";
import { databaseTls, reachAs } from "./database.ts";
import { healthUrl } from "./health.ts";
import type { HostPart } from "./part.ts";
import { hostFile, programFiles, secretFile } from "./template.ts";
import { timer } from "./timer.ts";

const library = "/usr/local/lib/insightpulse";
const units = "/etc/systemd/system";
const settingsFile = "/etc/insightpulse/watch.json";

/** Timers of the distribution that this host depends on. */
const systemTimers = ["apt-daily-upgrade.timer", "logrotate.timer"];

/**
 * The watch over this host, every five minutes: everything that the catalogue and the other parts have put on it.
 *
 * @param others the units of all other parts: their timers are watched
 */
export function watchPart(context: HostContext, others: readonly Unit[]): HostPart {
  const channels = alarmChannels(context);
  const timers = ["watch", ...(channels.length > 0 ? ["alarm-drill"] : [])];
  const { spaces } = context.values.watch;
  const settings = watchSettings(context, others);
  const { database } = settings;
  return {
    packages: ["openssl", "python3"],
    files: [
      ...programFiles(`${library}/watch`),
      // It speaks to Spaces, and says times, with modules of the program for backups, which is on hosts without any as well.
      ...programFiles(`${library}/backup`),
      hostFile("/usr/local/sbin/insightpulse-watch"),
      hostFile(settingsFile, { values: { settings: JSON.stringify(settings, null, 2) } }),
      secretFile(`${secretsFolder}/heartbeat-spaces.ini`, {
        template: "etc/insightpulse/backup-spaces.ini",
        values: spaces,
      }),
      ...(database === undefined ? [] : [databaseFile(context, database)]),
      ...timers.flatMap((name) => [hostFile(`${units}/${name}.service`), hostFile(`${units}/${name}.timer`)]),
    ],
    units: timers.map(timer),
  };
}

function watchSettings(context: HostContext, others: readonly Unit[]) {
  const { config, services, settings: host } = context;
  const { targets, drillHours: _outside, ...limits } = config.watch;
  const { certificateDays, diskPercent, memoryPercent } = config.monitoring;
  const { bucketName, region } = planHeartbeatBucket(config.backup);
  const [first] = services;
  const timers = others.map(({ name }) => name).filter((name) => name.endsWith(".timer"));
  return {
    environment: config.environment,
    host: context.host,
    hostName: host.name,
    heartbeats: { endpoint: spacesEndpoint(region), bucket: bucketName },
    limits: { ...limits, certificateDays, diskPercent, memoryPercent },
    targets,
    channels: alarmChannels(context),
    services: [
      ...[...services.filter(isAnsweredHere), ...elsewhere(context)].map(watchedService),
      ...watchedProxy(services),
    ],
    neighbours: Object.keys(config.hosts)
      .filter((name) => name !== context.host)
      .map((name) => ({
        host: name,
        name: servicesOn(name, config.resolvedServices)[0]?.hostName ?? "",
      })),
    certificates:
      first === undefined
        ? []
        : [
            {
              file: `/etc/letsencrypt/live/${certificateName(context)}/fullchain.pem`,
              servedAs: first.hostName,
            },
          ],
    timers: [...new Set([...timers, ...systemTimers])].sort(),
    folders: [
      "/",
      "/var/lib",
      "/var/lib/insightpulse",
      "/var/lib/containers",
      "/var/log",
      ...services.map(({ name }) => `/var/lib/${name}`),
    ],
    queues: services.flatMap(({ name, container: { queue } }) =>
      queue === undefined ? [] : [{ service: name, port: queue.port }],
    ),
    ...databaseSettings(context),
  };
}

/** Whether who answers for a service is asked as the catalogue says: what still awaits its move may answer otherwise, elsewhere. */
function isAnsweredHere({ name, awaitsMove }: ServiceHere): boolean {
  return !awaitsMove || oldSoftware[name]?.health === undefined;
}

/** What runs on no host is asked by name from the host that takes backups: somebody of ours has to. */
function elsewhere({ host, config }: HostContext): ResolvedService[] {
  const { resolvedServices } = config;
  if (host !== backupHosts(resolvedServices, config).takes) return [];
  return resolvedServices.filter(({ kind }) => kind !== "host");
}

function watchedService(service: ResolvedService) {
  const { name, url, health } = service;
  return {
    ...{ name, ...asked(health) },
    site: `${url}${health.path}`,
    ...(service.kind === "host" && {
      direct: healthUrl(service, health),
      log: `/var/log/nginx/${name}_access.log`,
      apiPaths: service.web.apiPaths ?? [],
    }),
  };
}

function asked({ status, body }: HealthCheck) {
  return { status, body: body?.source ?? "" };
}

/** The sign-on proxy has no name of its own; who comes by a service's meets it there. */
function watchedProxy(services: HostContext["services"]) {
  if (gatedServices(services).length === 0) return [];
  const { unit: name, health } = signOnProxy;
  return [{ name, ...asked(health), direct: healthUrl(signOnProxy, health) }];
}

/** The database as services here reach it, where one has one. */
function databaseSettings(context: HostContext) {
  const { config, services } = context;
  if (!services.some(({ databaseRole }) => databaseRole !== undefined)) return {};
  const { host, port, name, user } = reachAs("watch", config);
  const { mode: tls, authorityFile } = databaseTls(context);
  const ports = [...new Set([port, poolerPorts[config.database.odooConnection]])];
  return { database: { host, ports, name, user, tls, authorityFile } };
}

function databaseFile(
  { values }: HostContext,
  { host, name, user }: Omit<ReturnType<typeof reachAs>, "port">,
) {
  const password = values.watch.databasePassword;
  if (password === undefined) throw new Error("the password of the database role watch is missing");
  return secretFile(`${secretsFolder}/watch.pgpass`, {
    template: "etc/insightpulse/backup.pgpass",
    values: { host, port: "*", name, user, password },
  });
}
