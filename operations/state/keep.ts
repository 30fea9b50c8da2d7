import { passphrase } from "../stack/passphrase.ts";
import { StateBucket } from "./bucket.ts";
import { open, seal } from "./copy.ts";
import { type Proof, prove } from "./proof.ts";
import { placesOf, takeCopy } from "./stack-state.ts";

/** A copy of the state that has been kept. */
export interface KeptCopy extends Proof {
  readonly name: string;
  readonly buckets: readonly string[];
}

/** Keeps a copy of the state in both buckets; nothing is kept that could not be restored. */
export async function keepCopy(environment: string): Promise<KeptCopy> {
  const secret = passphrase();
  const copy = await takeCopy(environment);
  const sealed = await seal(copy, secret);
  const name = `state/${environment}/${copy.takenAt.replace(/[-:]|\.\d+/g, "")}.json.age`;
  const proof = await prove(await open(sealed, secret, name), secret);
  const buckets = placesOf(environment).map((place) => new StateBucket(place));
  for (const bucket of buckets) await bucket.put(name, sealed);
  return { ...proof, name, buckets: buckets.map(({ place }) => place.bucket) };
}
