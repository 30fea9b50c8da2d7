import type { Opening } from "./openings.ts";

/** What an account can hold that somebody pays for, or that leads somewhere. */
export type Kind =
  | "droplet"
  | "app"
  | "network"
  | "firewall"
  | "volume"
  | "registry"
  | "project"
  | "reserved address"
  | "snapshot"
  | "key"
  | "zone"
  | "record";

/** One thing in an account, in the form in which things are matched and counted. */
export interface LiveThing {
  readonly kind: Kind;
  /** The vendor's id, which an import takes; a record's is `ZONE/ID`. */
  readonly id: string;
  readonly name: string;
  readonly region?: string | undefined;
  /**
   * What else it is known by: a droplet's addresses, an app's domains, the droplets of a firewall, those in a network; a record's
   * type, what it leads to, and for CAA what that may issue.
   */
  readonly traits: readonly string[];
  /** USD a month, by the vendor's own list or the price table; 0 where it costs nothing by itself. */
  readonly monthlyUsd: number;
  /** What people should know of it, such as that it serves nothing. */
  readonly note?: string;
  /** Only of a firewall: what it lets in. */
  readonly openings?: readonly Opening[];
  /** The vendor made it, and makes it again: it is nobody's orphan. */
  readonly isVendors?: true;
}

/** The id as it stands in the settings: a record's without its zone, which stands there already. */
export function settingOf({ kind, id }: Pick<LiveThing, "kind" | "id">): string {
  return kind === "record" ? id.slice(id.indexOf("/") + 1) : id;
}
