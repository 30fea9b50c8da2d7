import { table } from "../cli/output.ts";
import { currentRelease } from "./history.ts";
import type { Release } from "./release.ts";

/** How many of the releases before the current one are listed. */
const olderShown = 10;

/** The releases of an environment for people: what runs, and what ran before. */
export function formatReleases(environment: string, releases: readonly Release[]): string {
  const current = currentRelease(releases);
  if (current === undefined && releases.length === 0)
    return `${environment}: no release has been recorded yet`;
  const others = releases.filter((release) => release !== current).slice(0, olderShown);
  return [
    ...(current === undefined
      ? [`${environment}: no release has been carried through`]
      : told(environment, current)),
    ...table(others.map(shortRow), new Set()),
  ].join("\n");
}

function told(environment: string, release: Release): string[] {
  const { finishedAt, by, name, commit, images, addonsCommit, provenBackup, stateCopy, link } = release;
  const rows = Object.entries(images).map(([service, { registry, repository, tag, digest }]) => [
    ...[`  ${service}`, [registry, repository].filter(Boolean).join("/"), digest ?? tag ?? ""],
  ]);
  const facts = [
    ["  commit", commit],
    ["  addons", addonsCommit ?? "none"],
    ["  state", stateCopy ?? "no copy was kept"],
    [
      "  proven backup",
      provenBackup === null ? "none known" : `${provenBackup.snapshot} of ${provenBackup.time}`,
    ],
    ...(link === null ? [] : [["  run", link]]),
  ];
  return [
    `${environment}: ${name} since ${finishedAt}, by ${by}: ${verdict(release)}`,
    ...table(rows, new Set()),
    ...table(facts, new Set()),
  ];
}

function shortRow(release: Release): string[] {
  return [`  ${release.name}`, release.by, release.commit.slice(0, 12), verdict(release)];
}

/** How a release went, in a few words. */
export function verdict({ result, unwell, rollback }: Release): string {
  const way = rollback === undefined ? "" : `back to ${rollback.to}${partOf(rollback.part)}, `;
  if (result === "unasked") return `${way}health not asked`;
  if (result === "failed") return `${way}failed on the way`;
  return `${way}${[result, ...unwell.map(({ service, reason }) => `${service} ${reason}`)].join("; ")}`;
}

function partOf(part: NonNullable<Release["rollback"]>["part"]): string {
  return part === "all" ? "" : ` (${part}s)`;
}
