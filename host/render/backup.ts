import { rootService } from "../../config/catalogue.ts";
import { planBackupBucket } from "../../config/derive/backup-bucket.ts";
import { backupHosts } from "../../config/derive/backup-hosts.ts";
import { spacesEndpoint } from "../../config/naming.ts";
import { supabaseSchemas } from "../../config/tables/supabase-schemas.ts";
import { type BackupValues, type HostContext, secretsFolder } from "./context.ts";
import { databaseTls, reachAs } from "./database.ts";
import { maskingPart } from "./masking.ts";
import { type HostPart, joinParts } from "./part.ts";
import { postgresqlPart } from "./postgresql.ts";
import { hostFile, secretFile } from "./template.ts";
import { timer } from "./timer.ts";

const settingsFile = "/etc/insightpulse/backup.json";
const units = "/etc/systemd/system";
const watchHistory = "/var/lib/insightpulse/watch";

/** Backups: taken and proven on one host, copied to the second region by another, and nothing on the rest. */
export function backupPart(context: HostContext): HostPart {
  const hosts = backupHosts(context.config.resolvedServices, context.config);
  if (context.host === hosts.takes) return takingPart(context);
  if (context.host === hosts.copies) return copyingPart(context);
  return {};
}

function takingPart(context: HostContext): HostPart {
  const { config } = context;
  const values = valuesOf(context);
  const { databasePassword } = values;
  if (databasePassword === undefined) throw new Error("the password of the database role backup is missing");
  const { majorVersion } = config.database;
  const database = reachAs("backup", config);
  const { mode: tls, authorityFile } = databaseTls(context);
  const services = context.services.map(({ name }) => ({ name, folder: `/var/lib/${name}` }));
  const settings = {
    database: { ...database, tls, authorityFile, majorVersion, leaveOut: supabaseSchemas },
    // Certificates and accounts, and every secret that a new host could not be made without.
    folders: [
      ...services.map(({ folder }) => folder),
      "/etc/letsencrypt",
      "/etc/insightpulse",
      // How fast and how often everything has answered, for thirteen months.
      watchHistory,
    ],
    services,
    filestores: services
      .filter(({ name }) => name === rootService)
      .map(({ name, folder }) => ({ schema: name, folder: `${folder}/filestore/${database.name}` })),
  };
  return joinParts([
    sharedPart(context, settings, values),
    postgresqlPart(context),
    maskingPart(context),
    {
      packages: ["zstd"],
      files: [
        secretFile(`${secretsFolder}/backup.pgpass`, {
          template: "etc/insightpulse/backup.pgpass",
          values: { ...database, password: databasePassword },
        }),
        ...["backup.service", "backup.timer", "backup-proof.service"].map((unit) =>
          hostFile(`${units}/${unit}`),
        ),
      ],
      units: [timer("backup")],
    },
  ]);
}

function copyingPart(context: HostContext): HostPart {
  return joinParts([
    sharedPart(context, {}, valuesOf(context)),
    {
      files: ["backup-copy.service", "backup-copy.timer"].map((unit) => hostFile(`${units}/${unit}`)),
      units: [timer("backup-copy")],
    },
  ]);
}

/** What both hosts have: settings, the key of their bucket, and the watch over all of it. The program is on every host. */
function sharedPart({ config, settings: host }: HostContext, own: object, values: BackupValues): HostPart {
  const { bucketName, region, secondBucketName, secondRegion } = planBackupBucket(config.backup);
  const place = (bucket: string, where: string) => ({ endpoint: spacesEndpoint(where), bucket });
  const settings = {
    environment: config.environment,
    host: host.name,
    first: place(bucketName, region),
    second: place(secondBucketName, secondRegion),
    keep: config.backup.keep,
    provenWithinHours: config.backup.provenWithinHours,
    uploadKibPerSecond: config.backup.uploadKibPerSecond ?? null,
    ...own,
  };
  return {
    packages: ["restic"],
    files: [
      hostFile("/usr/local/sbin/insightpulse-backup"),
      hostFile(settingsFile, { values: { settings: JSON.stringify(settings, null, 2) } }),
      secretFile(`${secretsFolder}/backup-repository-password`, {
        template: "etc/insightpulse/secret",
        values: { value: values.repositoryPassword },
      }),
      secretFile(`${secretsFolder}/backup-spaces.ini`, {
        template: "etc/insightpulse/backup-spaces.ini",
        values: values.spaces,
      }),
      ...["backup-check.service", "backup-check.timer", "backup-watch.service", "backup-watch.timer"].map(
        (unit) => hostFile(`${units}/${unit}`),
      ),
    ],
    units: [timer("backup-check"), timer("backup-watch")],
  };
}

function valuesOf({ host, values }: HostContext): BackupValues {
  if (values.backup === undefined) throw new Error(`the keys of the backups are missing for ${host}`);
  return values.backup;
}
