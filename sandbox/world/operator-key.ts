import { existsSync, readFileSync } from "node:fs";
import { execa } from "execa";
import type { Sandbox } from "../engine/sandbox.ts";

type Place = Pick<Sandbox, "state">;

/** Makes the key of this sandbox's operator, unless it is there, and returns its public half as one line. */
export async function ensureOperatorKey({ state }: Place): Promise<string> {
  const file = state.operatorKey;
  if (!existsSync(`${file}.pub`)) {
    // Without a passphrase, as it opens nothing but this sandbox's machines.
    const words = ["-q", "-t", "ed25519", "-N", "", "-C", "sandbox-operator", "-f", file];
    await execa("ssh-keygen", words, { input: "y\n" });
  }
  return readFileSync(`${file}.pub`, "utf8").trim();
}

/** The private half. */
export function operatorKey({ state }: Place): string {
  return readFileSync(state.operatorKey, "utf8");
}
