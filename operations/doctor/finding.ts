/** What of the platform a finding is about. */
export type FindingKind =
  | "reach"
  | "names"
  | "ports"
  | "certificate"
  | "firewall"
  | "units"
  | "service"
  | "disk"
  | "memory"
  | "clock"
  | "database"
  | "backup"
  | "kit"
  | "secret"
  | "lock"
  | "sign-on"
  | "drift";

/** One thing that is not as it should be, with what mends it. */
export interface Finding {
  readonly kind: FindingKind;
  /** `urgent`: people notice, or data or the door is open to others. `soon`: it will come to that. */
  readonly severity: "urgent" | "soon";
  /** What is wrong, as a short sentence without its end. */
  readonly what: string;
  /** Host, name, resource or file. */
  readonly where: string;
  /** Why, as far as that is known. */
  readonly cause: string;
  /** Commands that mend it, one after the other, as they are typed in the repository's folder. */
  readonly fix: readonly string[];
  /** What a person has to do where no command can. */
  readonly byHand?: string;
}

/** A finding, and what else would be found only because of it: keys as `explanation` makes them. */
export interface Diagnosis extends Finding {
  readonly explains?: readonly string[];
}

/** Keys of what one finding may explain, so that it is told once. */
export const explanation = {
  /** What converge calls by this name on a host: a unit, `ufw`. */
  onHost: (host: string, name: string) => `host ${host} ${name}`,
  /** A resource in the cloud. */
  resource: (urn: string) => `resource ${urn}`,
  /** A service that does not answer as it should. */
  service: (name: string) => `service ${name}`,
  /** Somebody who could not be asked. */
  unasked: (whom: string) => `unasked ${whom}`,
};

/** What the diagnoses so far explain. */
export type Explained = ReadonlySet<string>;
