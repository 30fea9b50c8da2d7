/** One way in which a resource in the cloud is not as the stack says. */
export interface CloudDifference {
  /** Property, by its path; `variable NAME` for an app's. */
  readonly what: string;
  /** What it is and what it should be; left out where a value could be a secret. */
  readonly how?: string;
}
