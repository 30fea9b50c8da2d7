import { findMarked, markVariable, stop } from "../engine/processes.ts";

/** Text carried in `markVariable` by the internet of the sandbox in a folder, and by everything it starts. */
export const internetMark = (sandbox: string): string => `${sandbox}#internet`;

/**
 * Ends whatever still carries a mark of an internet: what one that was killed has left. Says how many processes it were.
 *
 * PostgreSQL's own children hide their environment, and end with the one that started them; it is asked by SIGINT, since
 * by SIGTERM it would wait for its clients.
 */
export async function endInternet(mark: string): Promise<number> {
  const left = findMarked(mark);
  await stop(left, { first: "SIGINT" });
  return left.length;
}

/** Ends what an earlier internet with the mark of this process has left. */
export async function endLeftovers(): Promise<void> {
  const { [markVariable]: mark } = process.env;
  // A mark for several roles would be on others too, who are none of ours.
  if (mark?.endsWith(internetMark(""))) await endInternet(mark);
}
