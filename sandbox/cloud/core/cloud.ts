import type { MachineWork } from "../digitalocean/machine-work.ts";
import type { Spaces } from "../spaces/spaces.ts";
import type { State } from "../state.ts";
import type { Credentials } from "./credentials.ts";
import type { Faults, FaultTarget } from "./faults.ts";
import type { Journal } from "./journal.ts";
import type { Sealer } from "./sealing.ts";
import type { Store } from "./store.ts";

/** How long asynchronous things take here, in milliseconds. */
export interface Delays {
  dropletMs: number;
  actionMs: number;
  deploymentMs: number;
}

/** Everything the parts of the cloud share. */
export interface Cloud {
  store: Store;
  state: State;
  credentials: Credentials;
  sealer: Sealer;
  faults: Faults;
  journal: Journal;
  delays: Delays;
  /** Where the API answers, without a slash at the end; known once it listens. */
  apiUrl: string;
  /** The Spaces server, where there is one. */
  spaces: Spaces | null;
  /** The machines behind droplets; without any, droplets are records. */
  machines: MachineWork | null;
  /** Whether somebody runs the containers of apps, and tells what comes of them; else their deployments are records. */
  runsApps: boolean;
  /** Back to what the seeds say, with nothing else. */
  reset: () => Promise<void>;
}

export interface CloudOptions {
  cloud: Cloud;
}

/** What a fault is matched against, from a request. */
export function faultTarget(request: { method: string; url: string }): FaultTarget {
  return { server: "api", method: request.method, path: request.url.split("?")[0] ?? "" };
}
