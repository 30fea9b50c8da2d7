import { shellWord } from "./quote.ts";

/** One thing that is wrong with the configuration, in the words of whoever edits it. */
export interface Fault {
  /** Key path, such as `hosts.erp.size`. */
  readonly path: string;
  /** What is wrong, with the value (never a secret's). */
  readonly problem: string;
  /** What is allowed there. */
  readonly allowed?: string;
  /** Command that mends it, or a sentence where no single command can. */
  readonly fix: string;
}

/** The configuration was refused; nothing was touched. Carries every fault, not only the first. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly faults: readonly Fault[];

  constructor(stack: string, faults: readonly Fault[]) {
    super(describeFaults(stack, faults));
    this.faults = faults;
  }
}

/** The faults as a page of text: path and problem, what is allowed, what mends it. */
export function describeFaults(stack: string, faults: readonly Fault[]): string {
  const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  const paragraphs = faults.map(({ path, problem, allowed, fix }) =>
    [
      `  ${path}: ${problem}`,
      ...(allowed === undefined ? [] : [`    allowed: ${allowed}`]),
      `    fix:     ${fix}`,
    ].join("\n"),
  );
  return [`Pulumi.${stack}.yaml has ${count}. Nothing was changed.`, ...paragraphs].join("\n\n");
}

/** How a value is shown in a fault: as JSON, cut when it is long. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Command that sets one key. */
export function setCommand(path: string, value: string | number | boolean, stack: string): string {
  return `pulumi config set --path '${path}' ${quote(String(value))} --stack ${stack}`;
}

/** Command that removes one key. */
export function removeCommand(path: string, stack: string): string {
  return `pulumi config rm --path '${path}' --stack ${stack}`;
}

function quote(text: string): string {
  return /^[A-Za-z0-9._:/-]+$/.test(text) ? text : shellWord(text);
}
