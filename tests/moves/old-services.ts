/** A service as it ran before, and what stands for its data in the tests. */
export interface OldService {
  /** Droplet of the seed, and the host that it becomes. */
  readonly droplet: number;
  readonly host: string;
  /** A shell's command that ends well when the old one runs. */
  readonly runs: string;
  /** Its database; left out where it has none. */
  readonly database?: OldDatabase;
  /** Its folders then, and where each goes. */
  readonly files: Readonly<Record<string, string>>;
}

/** The database of such a one. */
export interface OldDatabase {
  readonly container: string;
  readonly user: string;
  readonly name: string;
  /** Sums over rows that any lost or doubled one changes. */
  readonly sums: string;
  /** How a shell on its host reaches the managed one as the service: variables of libpq, or `url`. */
  readonly reach: string;
  /** What was sealed with a key: rows of id and value, and commands that print the key then and now. */
  readonly sealed?: { readonly rows: string; readonly keyThen: string; readonly keyNow: string };
}

const secrets = "/etc/insightpulse/secrets";
const inContainer = (name: string) => `[ "$(docker inspect --format '{{.State.Running}}' ${name})" = true ]`;

/** The services of production as it was found. */
export const oldServices = {
  odoo: {
    ...{ droplet: 527891549, host: "erp", runs: inContainer("odoo") },
    files: { "/var/lib/old/odoo/filestore/insightpulse": "/var/lib/odoo/filestore/postgres" },
    database: {
      ...{ container: "odoo-postgres", user: "odoo", name: "insightpulse" },
      sums: `SELECT count(*), sum(amount_total), md5(string_agg(name, ',' ORDER BY id)) FROM account_move
        UNION ALL SELECT count(*), sum(debit), md5(string_agg(label, ',' ORDER BY id)) FROM account_move_line
        UNION ALL SELECT count(*), sum(id), md5(string_agg(name, ',' ORDER BY id)) FROM res_partner
        UNION ALL SELECT count(*), sum(id), md5(string_agg(store_fname, ',' ORDER BY id)) FROM ir_attachment ORDER BY 3`,
      reach: `set -a; . ${secrets}/odoo-database.env; set +a; url=""`,
    },
  },
  mattermost: {
    ...{ droplet: 527891549, host: "erp", runs: inContainer("mattermost") },
    files: { "/var/lib/old/mattermost/data": "/var/lib/mattermost/data" },
    database: {
      ...{ container: "mattermost-postgres", user: "mmuser", name: "mattermost" },
      sums: `SELECT count(*), sum(createat), md5(string_agg(message, ',' ORDER BY id)) FROM posts
        UNION ALL SELECT count(*), sum(createat), md5(string_agg(email, ',' ORDER BY id)) FROM users ORDER BY 3`,
      reach: `url="$(sed -n 's/^MM_SQLSETTINGS_DATASOURCE=//p' ${secrets}/mattermost.env)"`,
    },
  },
  n8n: {
    ...{ droplet: 527891549, host: "erp", runs: inContainer("n8n") },
    files: {
      "/var/lib/old/n8n/binaryData": "/var/lib/n8n/binaryData",
      "/var/lib/old/n8n/nodes": "/var/lib/n8n/nodes",
    },
    database: {
      ...{ container: "n8n-postgres", user: "n8n", name: "n8n" },
      sums: `SELECT count(*), count(active), md5(string_agg(name || nodes, ',' ORDER BY id)) FROM workflow_entity
        UNION ALL SELECT count(*), sum("executionId"), md5(string_agg(data, ',' ORDER BY "executionId")) FROM execution_data
        UNION ALL SELECT count(*), count(type), md5(string_agg(name, ',' ORDER BY id)) FROM credentials_entity ORDER BY 3`,
      reach: `set -a; eval "$(sed -n 's/^DB_POSTGRESDB_PASSWORD=/PGPASSWORD=/p' ${secrets}/n8n.env)"
        eval "$(sed -nE '
          s/^Environment="DB_POSTGRESDB_(HOST|PORT|USER|DATABASE)=(.*)"$/PG\\1=\\2/p' /etc/containers/systemd/n8n.container)"
        set +a; url=""`,
      sealed: {
        rows: `SELECT id, data FROM credentials_entity
          UNION ALL SELECT email, "mfaSecret" FROM "user"
          UNION ALL SELECT key, value::json->>'bindingAdminPassword' FROM settings WHERE key = 'features.ldap' ORDER BY 1`,
        keyThen: `python3 -c 'import json; print(json.load(open("/var/lib/old/n8n/config"))["encryptionKey"])'`,
        keyNow: `sed -n 's/^N8N_ENCRYPTION_KEY=//p' ${secrets}/n8n.env`,
      },
    },
  },
  ocr: {
    ...{ droplet: 525178434, host: "ocr", runs: "systemctl --quiet is-active ai-inference-hub.service" },
    files: { "/home/aihub/.paddleocr": "/var/lib/ocr/.paddleocr" },
  },
} as const satisfies Readonly<Record<string, OldService>>;

/** A shell's command that asks the old database in its container. */
export function askOld(
  { container, user, name }: Pick<OldDatabase, "container" | "user" | "name">,
  statement: string,
): string {
  return `docker exec -i ${container} psql -qAt -U ${user} -d ${name} <<'SQL'\n${statement};\nSQL`;
}

/** A shell's command that asks the managed database by the login that the host's service has. */
export function askManaged(name: string, { reach }: OldDatabase, statement: string): string {
  return `${reach}
    psql --no-psqlrc -qAt --set=ON_ERROR_STOP=1 "$url" <<'SQL'\nSET search_path = ${name};\n${statement};\nSQL`;
}

/** A shell's command that prints one sum over a folder: names, and what is in every file but those that a stand-in's start writes. */
export function filesSum(folder: string): string {
  const files = "find . -type f ! -name stand-in-starts -print0";
  return `(cd ${folder} && ${files} | LC_ALL=C sort -z | xargs -0r sha256sum | sha256sum | cut -c 1-64)`;
}
