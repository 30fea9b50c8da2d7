import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../engine/failure.ts";
import type { Ground } from "../ground.ts";
import { takeProvenBackup } from "./books.ts";

/** What a recovery begins with. */
export interface Recovery {
  /** When the last proven backup was taken. */
  readonly backup: Date;
  /** Folder with every share of the kit's passphrase. */
  readonly shares: string;
}

/**
 * Takes a backup, proves it, and copies it to the second region, as every night does.
 *
 * @returns when it was taken
 */
export async function copyProvenBackup(ground: Ground): Promise<Date> {
  const backup = await takeProvenBackup(ground);
  await ground.onHost("ocr", "systemctl start backup-copy.service");
  return backup;
}

/** A proven backup with its copy in the second region, and a disaster kit with images, as every week should have them. */
export async function prepareRecovery(ground: Ground): Promise<Recovery> {
  const { operator, sandbox, environment } = ground;
  const backup = await copyProvenBackup(ground);
  const shares = join(sandbox.state.root, "kit-shares");
  rmSync(shares, { recursive: true, force: true });
  await operator.told(
    ...["./scripts/ops", "kit", "shares", environment, "--any", "3", "--of", "5", "--into", shares],
  );
  // It ends with another status where anything is missing in it.
  await operator.told("./scripts/ops", "kit", "make", environment, "--mirror");
  return { backup, shares };
}

/** As many people as are needed bring their shares; the others are on holiday. */
export function handOutShares(shares: string, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const brought = readdirSync(shares).filter((name) => /^share-[135]\.txt$/.test(name));
  if (brought.length !== 3)
    throw new Failure(`${shares} holds ${brought.length} of the three shares that are brought`);
  for (const name of brought) cpSync(join(shares, name), join(folder, name));
  rmSync(shares, { recursive: true });
}
