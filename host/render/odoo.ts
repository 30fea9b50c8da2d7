import { memoryLimits } from "../../config/derive/host-memory.ts";
import { lookup } from "../../config/records.ts";
import { accountOf, type HostContext, type ServiceHere, secretsFolder } from "./context.ts";
import { databaseOf } from "./database.ts";
import { odooSizing } from "./odoo-sizing.ts";
import type { HostPart } from "./part.ts";
import { hostFile, secretFile } from "./template.ts";
import { generatedValue, portOf, variablesOf } from "./variables.ts";
import type { Variant } from "./variant.ts";

const modules = "/mnt/extra-addons";
const configuration = `${secretsFolder}/odoo.conf`;
const databaseFile = `${secretsFolder}/odoo-database.env`;
const parametersFile = "/etc/odoo/parameters.sql";
const signOnFile = "/etc/odoo/sign-on.sql";
const parametersUnit = "odoo-parameters.service";

/** What Odoo's unit needs beside what every service has. */
export const odooUnit = {
  wants: [parametersUnit],
  restartOn: [
    configuration,
    databaseFile,
    parametersFile,
    signOnFile,
    `/etc/systemd/system/${parametersUnit}`,
    "/opt/odoo/**",
  ],
};

/**
 * The update of a release that changes tables; undefined where none does. Its file names the whole release: another image,
 * other modules or another commit of the addons make it run again.
 */
export function odooUpdate(service: ServiceHere, context: HostContext): Variant | undefined {
  const { updates, addons } = context.config.odoo;
  if (updates === undefined) return undefined;
  return {
    name: "odoo-update",
    title: `${service.title}: the tables of a release`,
    note: `\`converge\` runs it once, while requests wait. Addons at ${addons?.commit ?? "no commit"}.`,
    service,
    variables: variablesOf(service, context),
    options: [`--update=${updates.join(",")}`, "--stop-after-init", "--no-http", "--max-cron-threads=0"],
    without: [],
    once: true,
  };
}

/** Odoo's own configuration: its file, its system parameters, its sign-on, and the modules beside its own. */
export function odooPart(service: ServiceHere, context: HostContext): HostPart {
  const { addons } = context.config.odoo;
  const googleClientId = context.values.odooGoogleClientId;
  if (googleClientId === undefined) throw new Error("odooGoogleClientId is missing: people sign in by it");
  const database = databaseOf(service, context);
  const limitMib = lookup(memoryLimits(context.services, context.size), service.name, "memory limit");
  const { pooledConnections } = context.config.database;
  const sizing = odooSizing({ vcpus: context.size.vcpus, limitMib, pooledConnections });
  const folders = (addons?.folders ?? ["."]).map((folder) =>
    folder === "." ? modules : `${modules}/${folder}`,
  );
  return {
    directories: [
      { path: "/etc/odoo", mode: "0755", owner: "root", group: "root" },
      ...(addons === undefined ? [{ path: "/opt/odoo", mode: "0755", owner: "root", group: "root" }] : []),
    ],
    checkouts:
      addons === undefined ? [] : [{ path: "/opt/odoo", url: addons.repository, commit: addons.commit }],
    files: [
      secretFile(configuration, {
        template: "etc/odoo/odoo.conf",
        group: accountOf(service),
        values: {
          addonsPath: ["/usr/lib/python3/dist-packages/odoo/addons", ...folders].join(","),
          port: service.port,
          websocketPort: portOf(service, "websocket"),
          workers: sizing.workers,
          cronThreads: sizing.cronThreads,
          softLimitBytes: sizing.softLimitMib * 1024 * 1024,
          hardLimitBytes: sizing.hardLimitMib * 1024 * 1024,
          database,
          connections: sizing.connections,
          masterPassword: generatedValue(service, "master-password", context),
        },
      }),
      secretFile(databaseFile, {
        template: "etc/insightpulse/odoo-database.env",
        values: { ...database, googleClientId },
      }),
      ...(addons === undefined ? [] : [hostFile("/etc/gitconfig")]),
      hostFile(parametersFile, { values: { parameters: parametersOf(service) } }),
      hostFile(signOnFile),
      hostFile(`/etc/systemd/system/${parametersUnit}`),
    ],
  };
}

/** System parameters the installation decides. */
function parametersOf({ url, web }: ServiceHere): { key: string; value: string }[] {
  const parameters = {
    // Templates are compiled once and kept.
    "qweb.view.cache": "True",
    // How long a session lives without a request, and the Max-Age of its cookie.
    ...(web.sharedCookie && { "sessions.max_inactivity_seconds": String(web.sharedCookie.maxAgeSeconds) }),
    // Links in mails and the addresses given to Google are those of this name, whoever signs in by which.
    "web.base.url": url,
    "web.base.url.freeze": "True",
  };
  return Object.entries(parameters).map(([key, value]) => ({ key, value }));
}
