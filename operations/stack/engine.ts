import { execa } from "execa";
import { root } from "../environments.ts";
import { Failure } from "../failure.ts";

/** Where and with what the engine runs; left out, in the project and with the operator's own variables. */
export interface EngineSurroundings {
  readonly folder?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** What it reads: secrets travel here, and are no argument anywhere. */
  readonly input?: string;
}

const largestState = 256 * 1024 * 1024;

/** How the engine ended, and what it said. */
export interface EngineSaid {
  readonly succeeded: boolean;
  readonly stdout: string;
  /** Why it failed, in its own words. */
  readonly reason: string;
}

/** Runs `pulumi`, logged in as the operator is, and never asks anything. */
export async function runEngine(
  words: readonly string[],
  { folder = root, variables = {}, input = "" }: EngineSurroundings = {},
): Promise<EngineSaid> {
  const result = await execa("pulumi", [...words, "--non-interactive"], {
    ...{ cwd: folder, env: variables, input, reject: false },
    ...{ maxBuffer: largestState, stripFinalNewline: false },
  });
  if (result.code === "ENOENT")
    throw new Failure("pulumi is not on PATH", "install it: https://www.pulumi.com/docs/install/");
  return {
    succeeded: !result.failed,
    stdout: result.stdout ?? "",
    reason: (result.stderr?.trim() || result.stdout?.trim() || result.shortMessage) ?? "",
  };
}

/**
 * What `pulumi` prints.
 *
 * @param purpose what failed when it fails, as a sentence without its end
 * @throws Failure with the engine's reason
 */
export async function engineSays(
  words: readonly string[],
  purpose: string,
  surroundings: EngineSurroundings = {},
): Promise<string> {
  const { succeeded, stdout, reason } = await runEngine(words, surroundings);
  if (succeeded) return stdout;
  throw new Failure(
    `${purpose}: ${reason.replace(/^error: /, "")}`,
    "pulumi login, and PULUMI_CONFIG_PASSPHRASE_FILE where the stack has a passphrase",
  );
}

/** Runs `pulumi` before the operator's eyes: what it says is seen as it comes, and it may ask. */
export async function showEngine(...words: string[]): Promise<void> {
  const { failed, exitCode } = await execa("pulumi", words, { cwd: root, stdio: "inherit", reject: false });
  if (failed) throw new Failure(`pulumi ${words[0]} ended with ${exitCode ?? "a signal"}`);
}
