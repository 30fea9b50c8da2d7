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
