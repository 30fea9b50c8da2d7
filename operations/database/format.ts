import { table } from "../cli/output.ts";
import type { DatabaseReport } from "./report.ts";

/** A report as a page of text. */
export function formatReport(report: DatabaseReport): string {
  return [
    sizeLine(report),
    "",
    ...connectionLines(report),
    "",
    ...queryLines(report),
    "",
    "largest tables, with their indexes:",
    ...table(
      report.tables.map((one) => [
        ` ${one.schema}.${one.table}`,
        megabytes(one.bytes),
        `about ${Math.round(one.rows)} rows`,
      ]),
      new Set([1]),
    ),
  ].join("\n");
}

function sizeLine({ databaseBytes, forecast, version }: DatabaseReport): string {
  const { limitBytes, usedShare, bytesPerDay, daysLeft } = forecast;
  const share = `${megabytes(databaseBytes)} of the ${megabytes(limitBytes)} of the free plan (${Math.round(usedShare * 100)} %)`;
  const pace =
    bytesPerDay === null
      ? "how fast it grows is not known: --against takes an earlier report"
      : `${megabytes(bytesPerDay)} a day, ${limit(daysLeft)}`;
  return `PostgreSQL ${Math.floor(version / 10_000)}, ${share}; ${pace}`;
}

function limit(daysLeft: number | null): string {
  if (daysLeft === null) return "so the limit is not reached";
  return daysLeft === 0
    ? "and over it: the project may be read-only"
    : `so the limit is reached in ${Math.floor(daysLeft)} days`;
}

function connectionLines({ connections, maxConnections, pooledConnections }: DatabaseReport): string[] {
  const sum = connections.reduce((total, { active, idle, waiting }) => total + active + idle + waiting, 0);
  const rows = connections.map(({ user, active, idle, waiting }) => {
    const all = active + idle + waiting;
    const full = all >= pooledConnections ? "full: who comes next waits" : "";
    return [` ${user}`, `${all} of ${pooledConnections}`, `${active} active, ${waiting} waiting`, full];
  });
  return [`connections, ${sum} of ${maxConnections} in all:`, ...table(rows, new Set([1]))];
}

function queryLines({ slowQueries, slowQueriesMissing }: DatabaseReport): string[] {
  if (slowQueries === null) return [`slow queries: ${slowQueriesMissing}`];
  if (slowQueries.length === 0) return ["slow queries: none"];
  const rows = slowQueries.map(({ user, query, calls, totalMs, meanMs }) => [
    ...[` ${meanMs} ms`, `${calls} times`, `${Math.round(totalMs / 1000)} s in all`, user, query],
  ]);
  return ["slow queries, by their time in all:", ...table(rows, new Set([0, 1, 2]))];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
