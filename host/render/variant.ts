import type { ServiceHere } from "./context.ts";
import type { Variable } from "./variables.ts";

/** A container like a service's own, with its image, account, data and secrets, under another unit. */
export interface Variant {
  /** Of its unit and its container. */
  readonly name: string;
  readonly title: string;
  /** One sentence for whoever reads its file. */
  readonly note: string;
  /** The service, on the ports it has here. */
  readonly service: ServiceHere;
  readonly variables: readonly Variable[];
  /** What its command has more. */
  readonly options: readonly string[];
  /** Data folders it does not share. */
  readonly without: readonly string[];
  /** Whether it does one thing and ends, instead of serving. */
  readonly once: boolean;
}
