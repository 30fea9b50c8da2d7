import { join } from "node:path";
import { execa } from "execa";

/** The command line of PostgreSQL's own client out of the databases' root, which this computer need not have. */
export function psqlOf(root: string): string[] {
  const library = `${root}/usr/lib/x86_64-linux-gnu:${root}/usr/lib/aarch64-linux-gnu`;
  const loader = process.arch === "x64" ? "lib64/ld-linux-x86-64.so.2" : "lib/ld-linux-aarch64.so.1";
  return [join(root, "usr", loader), "--library-path", library, `${root}/usr/lib/postgresql/17/bin/psql`];
}

/** Runs one statement, or with `-` what comes on its standard input, at a server of this computer. */
export function databaseClient(
  root: string,
  sql: string,
  wanted: Readonly<Record<string, string | number>>,
  password: string,
) {
  const words = { hostaddr: "127.0.0.1", dbname: "postgres", ...wanted };
  const connection = Object.entries(words).map(([key, value]) => `${key}=${value}`);
  const source = sql === "-" ? ["--file", "-"] : ["--command", sql];
  const [program = "", ...psql] = psqlOf(root);
  const command = [...psql, connection.join(" "), "--no-psqlrc", "--tuples-only", "--no-align", ...source];
  return execa(program, command, { reject: false, env: { PGPASSWORD: password } });
}
