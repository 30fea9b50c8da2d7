import { readFileSync } from "node:fs";
import { catalogue } from "../../config/catalogue.ts";
import { onBackupHost } from "../backup/host.ts";
import { readBackupList } from "../backup/list.ts";
import { billOf } from "../cost/bills.ts";
import { diagnose } from "../doctor/diagnose.ts";
import { type Examination, gather } from "../doctor/gather/gather.ts";
import type { Asked } from "../doctor/gathered.ts";
import { Failure } from "../failure.ts";
import { askServices } from "../health/ask.ts";
import { convergedHosts } from "../hosts/stack.ts";
import { plainConfiguration } from "../plain-configuration.ts";
import { releasesOf } from "../releases/history.ts";
import { settingsPath } from "../state/stack-state.ts";
import { historyOf } from "../watch/ask-history.ts";
import { readHeartbeats } from "../watch/heartbeats.ts";
import { watchSettings } from "../watch/settings.ts";
import type { Examined, ReportContents } from "./contents.ts";
import { heldDrills } from "./drills.ts";

/** What is looked at, and how far back. */
export interface ReportWanted extends Examination {
  readonly days: number;
}

/** Asks for every part of a report. Nothing is changed anywhere, and what does not answer is told instead of its answer. */
export async function gatherReport(wanted: ReportWanted): Promise<ReportContents> {
  const { environment, knownHosts, days } = wanted;
  const [config, health, heartbeats, bill, drills, releases] = await Promise.all([
    asked(() => plainConfiguration(environment)),
    asked(() => askServices(plainConfiguration(environment).resolvedServices, 0)),
    asked(() => readHeartbeats(watchSettings(environment))),
    asked(() => billFor(environment)),
    asked(() => heldDrills()),
    asked(() => releasesOf(environment)),
  ]);
  // Hosts let nobody in who knocks too often at once.
  const examined = await asked(() => examine(wanted));
  const history = await asked(() => histories(environment, days, knownHosts));
  const backups = await asked(() =>
    onBackupHost(environment, knownHosts, async (host) => readBackupList(await host.ask("list"))),
  );
  return {
    ...{ environment, days, madeAt: new Date().toISOString() },
    ...{ config, health, examined, history, heartbeats, bill, backups, drills, releases },
  };
}

/**
 * An answer, or why there is none. A fault of ours costs a page its part, not the page; and no more is said of it than its kind, since
 * its words may quote what it has read.
 */
export async function asked<Answer>(work: () => Answer | Promise<Answer>): Promise<Asked<Answer>> {
  try {
    return { answer: await work() };
  } catch (error) {
    if (error instanceof Failure) return { unasked: error.message };
    if (process.env.OPS_DEBUG) console.error(error);
    const kind = error instanceof Error ? error.name : "unknown";
    return { unasked: `a fault of the program itself (${kind}); OPS_DEBUG=1 shows where` };
  }
}

function billFor(environment: string) {
  const origin = settingsPath(environment);
  return billOf({ environment, origin, settings: readFileSync(origin, "utf8"), catalogue });
}

async function examine(wanted: ReportWanted): Promise<Examined> {
  const gathered = await gather(wanted);
  const { state } = gathered;
  return {
    findings: diagnose(gathered),
    hosts: gathered.hosts.map(({ key, address, facts }) => ({
      ...{ key, address },
      entered: "answer" in facts ? { answer: true } : facts,
    })),
    resources: "answer" in state ? { answer: state.answer.map(({ name }) => name) } : state,
  };
}

async function histories(environment: string, days: number, knownHosts: string | undefined) {
  const hosts = await convergedHosts(environment);
  const told = await Promise.all(
    hosts.map(async (host) => [host.key, await asked(() => historyOf(host, days, knownHosts))] as const),
  );
  return Object.fromEntries(told);
}
