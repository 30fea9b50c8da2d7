import { relative } from "node:path";
import { shellWord } from "../../config/quote.ts";
import { table } from "../cli/output.ts";
import { root } from "../environments.ts";
import type { Release } from "../releases/release.ts";
import type { AppPlan } from "./apps.ts";
import type { DataOutlook } from "./data.ts";
import type { Duration } from "./durations.ts";
import type { HostPlan } from "./hosts.ts";
import { isThere, type RollbackPlan } from "./plan.ts";

/** A way back for the person who has to decide: what it does, how long it takes, what becomes of data. */
export function formatRollback(plan: RollbackPlan): string {
  const { order, from, to, settings, apps, hosts, config } = plan;
  const { environment } = order;
  if (isThere(plan)) return formatThere(plan);
  const hostRows =
    order.part === "app" || config.convergeHosts
      ? hosts.flatMap(hostLines)
      : [["", "hosts", "are not converged by this environment: only their settings go back"]];
  return [
    `${environment} goes back to ${to.name} (${to.result}, by ${to.by}) from ${origin(from, to)}.`,
    ...(to.result === "healthy" ? [] : ["That release was not seen healthy itself."]),
    "Settings:",
    ...(settings.edits.length === 0
      ? [`  ${shown(settings.file)} says so already`]
      : table(
          settings.edits.map(({ path, from: was, to: is }) => ["", path, becomes(was, is)]),
          new Set(),
        )),
    ...(apps.length === 0 ? [] : ["Apps:", ...table(apps.map(appRow), new Set())]),
    ...(hostRows.length === 0 ? [] : ["Hosts:", ...table(hostRows, new Set())]),
    "Time:",
    ...Object.entries(plan.durations).map(([part, duration]) => `  ${part}: ${durationInWords(duration)}`),
    "Data:",
    ...dataLines(environment, plan.data).map((line) => `  ${line}`),
    ...notUndone(plan),
  ].join("\n");
}

/** The same for programs; no secret is in it. */
export function rollbackAsJson(plan: RollbackPlan) {
  const { order, from, to, settings, apps, hosts, durations, data, commits } = plan;
  return {
    ...{ environment: order.environment, part: order.part, isThere: isThere(plan) },
    ...{ from: from?.name ?? null, to: to.name, isBegun: plan.begun !== undefined },
    settings: { file: shown(settings.file), edits: settings.edits },
    apps: apps.map(({ app, from: was, to: is, past, way }) => ({
      ...{ service: app.service, from: was, to: is, past },
      ...way,
    })),
    hosts: hosts.map(({ host, becoming, beside }) => ({ host, becoming, beside })),
    ...{ durations, data, left: settings.left, commitsSince: commits },
  };
}

/** How to keep what was written into the settings. */
export function commitWords({
  order,
  settings,
  to,
}: Pick<RollbackPlan, "order" | "settings" | "to">): string {
  const file = relative(root, settings.file);
  if (file.startsWith("..")) return `Keep ${settings.file}: the next up agrees with it.`;
  const words = `${order.environment} goes back to ${to.name}`;
  return [
    "Commit the settings, so that the next delivery agrees:",
    `  git add ${shellWord(file)} && git commit -m ${shellWord(words)} && git push`,
  ].join("\n");
}

/** What is gone back from. Where it is the release itself, something that is no whole release was applied after it. */
function origin(from: Release | undefined, to: Release): string {
  if (from === undefined) return "what nobody recorded";
  return from.name === to.name
    ? "what was applied since and is no whole release"
    : `${from.name} (${from.result}, by ${from.by})`;
}

function formatThere({ order, to, further, apps }: RollbackPlan): string {
  const { environment, part } = order;
  const what = part === "all" ? environment : `${environment} (${part}s)`;
  const said = [`${what} runs what the release ${to.name} ran: there is nothing to go back from.`];
  for (const { app, way } of apps)
    if (way.kind === "kept") said.push(`But for ${app.service}: ${way.because}`);
  if (further !== undefined)
    said.push(`To go further back: ./scripts/ops rollback ${part} ${environment} --to ${further.name}`);
  return said.join("\n");
}

function appRow({ app, from, to, past, way }: AppPlan): string[] {
  const what = becomes(from, to);
  const lost = past === null ? [] : [`what somebody has deployed past the stack at ${past.at} goes with it`];
  switch (way.kind) {
    case "there":
      return ["", app.service, "is as it was then"];
    case "deployment":
      return [
        ...["", app.service, what],
        [
          `the platform ${way.isBegun ? "goes on to repeat" : "repeats"} its deployment ${way.deployment}`,
          ...way.warnings,
          ...lost,
        ].join("; "),
      ];
    case "specification":
      return [
        ...["", app.service, what],
        [`deployed anew with the variables of now: ${way.because}`, ...lost].join("; "),
      ];
    case "stays":
    case "kept":
      return ["", app.service, "stays", way.because];
    case "blocked":
      return ["", app.service, "CANNOT go back", way.because];
  }
}

function hostLines({ host, becoming, beside }: HostPlan): string[][] {
  if (becoming.length + beside.length === 0) return [["", host, "is as it was then"]];
  return [
    ...becoming.map(({ what, from, to }) => ["", host, what, becomes(from, to)]),
    ...(beside.length === 0
      ? []
      : [["", host, "also", `${beside.join(", ")}, for what is checked out here is not what was delivered`]]),
  ];
}

function durationInWords({ atMostSeconds, measured }: Duration): string {
  const most = `${inWords(atMostSeconds)} at most`;
  if (measured === null) return `${most} (an allowance; no way back has been measured here yet)`;
  return `about ${inWords(measured.seconds)}, as the last time (${measured.release}); ${most}`;
}

function inWords(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

function dataLines(
  environment: string,
  { updatedModules, updatedAt, unknownReleases, backup }: DataOutlook,
): string[] {
  const unknown =
    unknownReleases.length === 0
      ? []
      : [`Whether ${unknownReleases.join(", ")} changed tables of Odoo was not written down.`];
  if (updatedModules.length === 0) return ["none is touched: no table, no file.", ...unknown];
  const restore =
    backup === null
      ? ["There is no proven backup from before it."]
      : [
          `Should that not do with them: the proven backup ${backup.snapshot} of ${backup.time} has the tables of before.`,
          `  ./scripts/ops restore ${environment} --at ${backup.time} --into live --only db`,
          `  loses everything that was written since ${backup.time}; without --into it says what.`,
        ];
  return [
    `Odoo's tables were changed by updates of ${updatedModules.join(", ")} at ${updatedAt}. Going back leaves them as they are: the release of then meets the tables of now.`,
    ...restore,
    ...unknown,
  ];
}

function notUndone({ settings, commits, to }: RollbackPlan): string[] {
  const lines = [...settings.left];
  if (commits === null)
    lines.push(`git does not know ${to.commit} here: what else has changed since is not known.`);
  else if (commits > 0)
    lines.push(
      `${commits} commits were made since. What they changed beside images and addons stays: git log ${to.commit.slice(0, 12)}..HEAD shows them, git revert takes them back, and a delivery applies that.`,
    );
  return lines.length === 0 ? [] : ["Not taken back:", ...lines.map((line) => `  ${line}`)];
}

function becomes(from: string | null, to: string | null): string {
  return `${from ?? "nothing"} -> ${to ?? "nothing"}`;
}

function shown(file: string): string {
  const name = relative(root, file);
  return name.startsWith("..") ? file : name;
}
