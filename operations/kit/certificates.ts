import { z } from "zod";
import { Failure } from "../failure.ts";
import { onHost } from "../hosts/on-host.ts";
import { type ConvergedHost, hasUnit } from "../hosts/stack.ts";

/** The hosts that keep backups or copy them, and so know the password that shows them who may ask for certificates. */
export const keepsBackups = (host: ConvergedHost) => hasUnit(host, /^backup(-copy)?\.timer$/);

/**
 * The certificates of a host and its account with the authority, as a compressed tar archive with paths below `letsencrypt/`.
 *
 * @param repositoryPassword what its backups are encrypted with
 * @throws Failure when the host cannot be entered, or has no certificate
 */
export async function certificatesOf(
  host: ConvergedHost,
  repositoryPassword: string,
  knownHosts: string | undefined,
): Promise<Uint8Array> {
  const input = JSON.stringify({ password: repositoryPassword });
  const { exitCode, stdout, stderr } = await onHost(
    host,
    "sudo -n insightpulse-backup certificates",
    input,
    knownHosts,
  );
  const packed = z.base64().min(1).safeParse(stdout.trim());
  if (exitCode === 0 && packed.success) return Buffer.from(packed.data, "base64");
  const reason = /^error: (?<reason>.*)$/m.exec(stderr)?.groups?.reason ?? stderr.trim().split("\n").at(-1);
  throw new Failure(`the certificates of ${host.key} (${host.address}) cannot be had: ${reason}`);
}
