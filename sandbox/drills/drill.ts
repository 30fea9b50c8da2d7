import type { Ground } from "./ground.ts";
import type { Operator } from "./operator.ts";

/** Minutes within which something must be back, as the owner has promised it. */
export const limits = [5, 15, 30, 120] as const;

/** A disaster that is rehearsed: one file in `scenarios/`, one line in `list.ts`. */
export interface Drill {
  /** By this it is asked for, and blocks of runbooks say that they belong to it. */
  readonly name: string;
  readonly title: string;
  readonly limitMinutes: (typeof limits)[number];
  /** What the real cloud takes longer than this one. It is stated and not measured, and counts towards the limit. */
  readonly allowance: Allowance;
  /** Pages of docs/runbooks/, in the order in which they are followed. */
  readonly pages: readonly [string, ...string[]];
  /** What is done to the platform, in words. */
  readonly does: string;
  /** What has to hold when the clock stops, in words. */
  readonly endsWhen: string;
  /** Makes everything ready that can be lost, while nothing is broken yet. */
  begin(ground: Ground): Promise<Course>;
}

/** Time that the real cloud takes and the sandbox's does not. */
export interface Allowance {
  /** Minutes; 0 where nothing of the vendors' is waited for. */
  readonly minutes: number;
  /** What they are for. */
  readonly for: string;
}

/** A drill that has begun. */
export interface Course {
  /** Who follows the runbook, from the fault on; whoever always does when left out. */
  readonly operator?: Operator;
  /** Breaks it. */
  inject(): Promise<void>;
  /**
   * What is broken at this moment, in words; undefined when nothing is. It is asked before the fault, when it must see nothing,
   * after it, when it must see it, and after the runbook.
   */
  broken(): Promise<string | undefined>;
  /**
   * Compares everything with what was there before.
   *
   * @throws Failure when anything that a backup held is not back, or what was promised does not hold
   */
  verify(): Promise<Verified>;
  /** What is left to do when the clock has stopped, so that the next drill finds what this one found. */
  afterwards?(): Promise<void>;
}

/** What a drill has found when everything was back. */
export interface Verified {
  readonly found: readonly string[];
  /** Seconds between the backup that was restored and the fault: what was written in them is lost. Null where nothing was. */
  readonly lostSeconds: number | null;
}
