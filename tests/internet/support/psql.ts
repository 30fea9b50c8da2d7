import { join } from "node:path";

/**
 * A command line of PostgreSQL's own client, out of the root of the databases: it runs one statement, or with `-` what
 * comes on its standard input. The password is given as PGPASSWORD.
 */
export function psql(root: string, wanted: Record<string, string | number>, sql: string): string[] {
  const words = { dbname: "postgres", sslmode: "verify-full", ...wanted };
  const connection = Object.entries(words).map(([key, value]) => `${key}=${value}`);
  const library = `${root}/usr/lib/x86_64-linux-gnu:${root}/usr/lib/aarch64-linux-gnu`;
  const loader = process.arch === "x64" ? "lib64/ld-linux-x86-64.so.2" : "lib/ld-linux-aarch64.so.1";
  return [
    ...[join(root, "usr", loader), "--library-path", library],
    ...[`${root}/usr/lib/postgresql/17/bin/psql`, connection.join(" ")],
    ...["--no-psqlrc", "--tuples-only", "--no-align"],
    ...(sql === "-" ? ["--file", "-"] : ["--command", sql]),
  ];
}
