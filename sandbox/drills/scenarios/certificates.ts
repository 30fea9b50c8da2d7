import { Failure } from "../../engine/failure.ts";
import type { Ground } from "../ground.ts";

/** SHA-256 of the certificate that a service's visitors are shown, as OpenSSL prints it. */
export async function servedCertificate(ground: Ground, service: string): Promise<string> {
  const { host } = new URL(ground.addressOf(service));
  const script = `openssl s_client -connect ${host}:443 -servername ${host} </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256`;
  const { exitCode, stdout } = await ground.operator.run(["bash", "-euo", "pipefail", "-c", script]);
  const fingerprint = /=(?<digits>[0-9A-F:]{95})$/.exec(stdout.trim())?.groups?.digits;
  if (exitCode !== 0 || fingerprint === undefined) throw new Failure(`${host} shows no certificate`);
  return fingerprint;
}
