import type { Configuration } from "../../config/configuration.ts";
import type { CloudDrift } from "../cloud/drift.ts";
import type { Answer as ServiceAnswer } from "../health/ask.ts";
import type { Age } from "../secrets/ages.ts";
import type { Lock } from "../state/lock.ts";
import type { HostFacts } from "./gather/host-facts.ts";

/** An answer, or why there is none. */
export type Asked<Answer> = { readonly answer: Answer } | { readonly unasked: string };

/** Everything that findings follow from: gathered once, judged afterwards. No secret is in it. */
export interface Gathered {
  readonly config: Configuration;
  readonly hosts: readonly ExaminedHost[];
  /** Whether the state told which hosts there are. */
  readonly state: Asked<readonly NamedResource[]>;
  readonly names: readonly NameAnswer[];
  readonly served: readonly ServedCertificate[];
  readonly services: readonly ServiceAnswer[];
  readonly cloud: Asked<readonly CloudDrift[]>;
  readonly locks: Asked<readonly Lock[]>;
  readonly secrets: readonly { readonly name: string; readonly age: Age }[];
  readonly redirects: Asked<readonly RedirectAnswer[]>;
  /** Null where an environment is to have none. */
  readonly kits: Asked<Kits | null>;
  /** By the clock of this computer, in milliseconds since 1970. */
  readonly now: number;
}

/** A resource in the stack's state. */
export interface NamedResource {
  readonly name: string;
  readonly urn: string;
}

/** A host, from outside and from inside. */
export interface ExaminedHost {
  /** Short name in the settings. */
  readonly key: string;
  readonly address: string;
  /** Resource whose replacement converges it once more. */
  readonly urn: string;
  /** What it is to be. */
  readonly declared: {
    readonly units: readonly { readonly name: string; readonly enabled: boolean }[];
    readonly files: readonly string[];
    readonly firewall: { readonly sshFrom: readonly string[]; readonly open: readonly number[] };
  };
  readonly facts: Asked<HostFacts>;
  /** What is not as the stack says, by converge's own comparison. */
  readonly drift: Asked<readonly { readonly path: string; readonly what: string }[]>;
  /** How ports answer whoever asks from here. */
  readonly ports: readonly { readonly port: number; readonly isOpen: boolean }[];
}

/** What one resolver answers to one question. */
export interface NameAnswer {
  /** Key of the record in the plan. */
  readonly key: string;
  readonly name: string;
  readonly type: "A" | "CNAME";
  /** What the zone is to have. */
  readonly expected: string;
  readonly resolver: Resolver;
  /** Sorted; empty when the name or its record does not exist, null when the resolver cannot be asked. */
  readonly values: readonly string[] | null;
  /** Why it could not be asked. */
  readonly reason?: string;
}

/** Somebody who answers questions about names. */
export interface Resolver {
  /** Name, or address where it has none. */
  readonly name: string;
  readonly addresses: readonly string[];
  /** `zone`: one of the zone's own servers. `here`: what this computer asks. `public`: anybody else. */
  readonly kind: "zone" | "here" | "public";
}

/** The certificate that somebody sees who comes by a name. */
export interface ServedCertificate {
  readonly name: string;
  /** Service it belongs to. */
  readonly service: string;
  /** Host that serves it; undefined where no host of ours does. */
  readonly host?: string | undefined;
  readonly seen: Asked<{
    /** SHA-256 in lower-case hexadecimal digits. */
    readonly fingerprint: string;
    /** From when and until when it is good, in milliseconds since 1970. */
    readonly begins: number;
    readonly ends: number;
    /** Why nobody trusts it under this name; null when everybody does. */
    readonly distrusted: string | null;
  }>;
}

/** What becomes of one redirect URI. */
export interface RedirectAnswer {
  readonly service: string;
  readonly uri: string;
  /** What the service itself asks Google to send people back to; null where that cannot be seen from outside. */
  readonly sent: string | null;
  /** What Google says of it. */
  readonly google: "registered" | "unknown client" | "not registered";
  /** Name of the secret that holds the client's id. */
  readonly idSecret: string;
}

/** Where disaster kits lie, and what the newest of them is worth. */
export interface Kits {
  /** Buckets, the first before that of the second region. */
  readonly places: readonly {
    readonly bucket: string;
    readonly region: string;
    readonly hasNewest: boolean;
    /** Why nobody knows what lies there. */
    readonly unreadable?: string;
  }[];
  /** Null where there is none. */
  readonly newest: NewestKit | null;
  /** Why none can be sealed before there are new shares. */
  readonly unsealable?: string;
}

/** The newest disaster kit. */
export interface NewestKit {
  readonly name: string;
  /** In milliseconds since 1970. */
  readonly takenAt: number;
  readonly contents: Asked<{
    /** What it holds otherwise than it is now, by name. */
    readonly changed: readonly string[];
    /** What it should hold and does not, as sentences without their end. */
    readonly lacks: readonly string[];
  }>;
}
