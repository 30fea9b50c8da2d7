/** The one document that says what a host is to be. `host/converge/` makes a host so. */
export interface HostBundle {
  readonly version: 1;
  /** Key of the host in the configuration: a bundle for another host is refused. */
  readonly host: string;
  /** Packages of the distribution that must be installed. */
  readonly packages: readonly string[];
  readonly groups: readonly Account[];
  readonly users: readonly User[];
  readonly directories: readonly Directory[];
  /** All the files that are managed: one that is managed no more is removed. */
  readonly files: readonly HostFile[];
  readonly checkouts: readonly Checkout[];
  readonly firewall: { readonly sshFrom: readonly string[]; readonly open: readonly number[] };
  readonly validations: readonly Validation[];
  /** In the order in which they start. */
  readonly units: readonly Unit[];
}

/** A group, or what a user has in common with one. */
export interface Account {
  readonly name: string;
  /** Its number, where data on disk depends on it. */
  readonly id?: number;
}

export interface User extends Account {
  readonly home?: string;
  readonly shell?: string;
  /** Groups beside its own. */
  readonly groups?: readonly string[];
}

export interface Directory {
  readonly path: string;
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
}

export interface HostFile extends Directory {
  readonly content: string;
  /** Whether the content must never be shown. */
  readonly secret?: true;
}

/** A git checkout at one commit. */
export interface Checkout {
  readonly path: string;
  readonly url: string;
  readonly commit: string;
}

/** A command that must succeed on new files before they replace the old ones. */
export interface Validation {
  /** Patterns of the files it judges. `*` stays within a folder, `**` does not. */
  readonly paths: readonly string[];
  readonly command: readonly string[];
}

/** A unit of systemd. */
export interface Unit {
  readonly name: string;
  readonly enabled: boolean;
  /** Patterns of files after whose change it must restart. */
  readonly restartOn: readonly string[];
  /** Patterns of files after whose change it must reload. */
  readonly reloadOn: readonly string[];
  readonly health?: Health;
  /** Image that must be here before the unit is touched. */
  readonly image?: Image;
  /** How a new release of it takes over while nginx serves; a plain restart when left out. */
  readonly takeover?: Takeover;
}

/** An image, and what opens the registry it comes from. */
export interface Image {
  /** Its full name, with a version or a digest. */
  readonly reference: string;
  /** File with credentials for its registry; none where everybody may have it. */
  readonly authFile?: string;
}

/** How a unit shows that it serves, asked on the host itself. */
export interface Health {
  readonly url: string;
  readonly status: number;
  /** Pattern that the body must hold. */
  readonly body?: string;
  /** Name to ask for, at a server that chooses by name. */
  readonly hostName?: string;
  readonly timeoutSeconds: number;
}

/** How a new release takes over from the one that serves, without a request that fails. */
export interface Takeover {
  /** Ports on which nginx reaches the unit. */
  readonly ports: readonly number[];
  /** User whose connections are led elsewhere or held: nginx's. */
  readonly user: string;
  /** What is asked of the new release before requests are let at it. */
  readonly health: Health;
  /** Those whose connections are waited for before the unit ends. */
  readonly drained: readonly number[];
  /** For how long at most; what is still open then ends with the unit. */
  readonly drainSeconds: number;
  /** The unit that serves in the meantime, and its ports in the same order; requests wait where there is none. */
  readonly beside?: {
    readonly unit: string;
    readonly ports: readonly number[];
    readonly drained: readonly number[];
    readonly health: Health;
  };
  /** What has to run while neither does: after a change of these files requests wait also where two could run at once. */
  readonly between?: { readonly unit: string; readonly on: readonly string[] };
}
