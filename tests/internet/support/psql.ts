import { join } from "node:path";
import { execa } from "execa";

/** Parts of a connection, in libpq's words. */
export type Connection = Readonly<Record<string, string | number>>;

/** The command line of PostgreSQL's own client out of the databases' root, which this computer need not have. */
export function psqlOf(root: string): string[] {
  const library = `${root}/usr/lib/x86_64-linux-gnu:${root}/usr/lib/aarch64-linux-gnu`;
  const loader = process.arch === "x64" ? "lib64/ld-linux-x86-64.so.2" : "lib/ld-linux-aarch64.so.1";
  return [join(root, "usr", loader), "--library-path", library, `${root}/usr/lib/postgresql/17/bin/psql`];
}

/** The same for one statement, or with `-` for what comes on its standard input. The password is given as PGPASSWORD. */
export function psql(root: string, wanted: Connection, sql: string): string[] {
  const words = { dbname: "postgres", sslmode: "verify-full", ...wanted };
  const connection = Object.entries(words).map(([key, value]) => `${key}=${value}`);
  const source = sql === "-" ? ["--file", "-"] : ["--command", sql];
  return [...psqlOf(root), connection.join(" "), "--no-psqlrc", "--tuples-only", "--no-align", ...source];
}

/** Runs one statement at a server of this computer. */
export function askDatabase(root: string, sql: string, wanted: Connection, password: string) {
  const [program = "", ...words] = psql(root, { hostaddr: "127.0.0.1", ...wanted }, sql);
  return execa(program, words, { reject: false, env: { PGPASSWORD: password } });
}
