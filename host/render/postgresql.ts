import type { HostContext } from "./context.ts";
import type { HostPart } from "./part.ts";
import { hostFile } from "./template.ts";

/** Suites of PostgreSQL's own packages, by the image of a droplet; other images bring the version themselves. */
const suites: Readonly<Record<string, string>> = {
  "ubuntu-22-04-x64": "jammy",
  "ubuntu-24-04-x64": "noble",
  "debian-12-x64": "bookworm",
};

/** PostgreSQL's programs of the database's own version, and its server: a proof restores into one of its own. */
export function postgresqlPart({ config, settings }: HostContext): HostPart {
  const { majorVersion } = config.database;
  const suite = suites[settings.image];
  return {
    packages: [
      "postgresql-client",
      ...["postgresql-client-VERSION", "postgresql-VERSION", "postgresql-VERSION-pgvector"].map((name) =>
        name.replace("VERSION", String(majorVersion)),
      ),
    ],
    files: [
      hostFile("/etc/postgresql-common/createcluster.conf"),
      ...(suite === undefined
        ? []
        : [hostFile("/etc/apt/sources.list.d/pgdg.sources", { values: { suite } })]),
    ],
  };
}
