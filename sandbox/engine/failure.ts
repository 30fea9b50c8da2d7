/**
 * A failure with words for the person at the terminal: what is wrong, and the command or edit that puts it right.
 * The command line prints these without a stack trace; anything else is a fault of ours and is printed with a hint.
 */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly remedy: string | undefined;

  constructor(message: string, remedy?: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether this is Node's error for the given system call result, for example `ENOENT`. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
