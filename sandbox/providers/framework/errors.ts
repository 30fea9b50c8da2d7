import type { Fields } from "./values.ts";
import type { Unwrapped } from "./wrapping.ts";

/** A failure to be shown to a person as it is, without a stack. */
export class Failure extends Error {}

/** A resource that was made or changed, and then something went wrong. Thrown by resources. */
export class Unfinished extends Failure {
  readonly id: string;
  /** What is known of it, in the words of the program. */
  readonly state: Fields;

  constructor(id: string, state: Fields, reason: string) {
    super(reason);
    this.id = id;
    this.state = state;
  }
}

/**
 * An unfinished resource as the engine is to store it: its id is kept, so that nothing is lost and the next run goes
 * on from there.
 */
export class NotReady extends Failure {
  readonly id: string;
  readonly state: Unwrapped;
  readonly inputs: Unwrapped;

  constructor(id: string, state: Unwrapped, inputs: Unwrapped, reason: string) {
    super(reason);
    this.id = id;
    this.state = state;
    this.inputs = inputs;
  }
}

/** The words of any thrown thing. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs what comes after a creation; if it fails, the error says that the resource is there all the same. */
export async function finishing<Answer>(
  id: string,
  state: Fields,
  rest: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await rest();
  } catch (error) {
    throw error instanceof Unfinished ? error : new Unfinished(id, state, messageOf(error));
  }
}
