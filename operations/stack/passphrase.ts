import { readFileSync } from "node:fs";
import { Failure } from "../failure.ts";

/**
 * The passphrase that opens the stack's secrets, from where the engine takes it too.
 *
 * @throws Failure when none is given
 */
export function passphrase(): string {
  const { PULUMI_CONFIG_PASSPHRASE: plain, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  const text = plain ?? (file === undefined ? undefined : contentOf(file));
  if (text === undefined || text === "")
    throw new Failure(
      "the stack's passphrase is not given, and copies of the state are sealed with it",
      "export PULUMI_CONFIG_PASSPHRASE_FILE=~/.config/insightpulse/passphrase",
    );
  return text;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    throw new Failure(`PULUMI_CONFIG_PASSPHRASE_FILE names ${file}, which cannot be read`);
  }
}
