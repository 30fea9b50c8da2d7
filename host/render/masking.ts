import { looksPersonal, maskingRules, notPersonal } from "../../config/tables/masking.ts";
import type { HostContext } from "./context.ts";
import type { HostPart } from "./part.ts";
import { hostFile } from "./template.ts";

/**
 * What becomes of personal data where the platform is filled from another environment's backup. Production's hosts do not have it:
 * without it a host refuses to be filled, whoever asks.
 */
export function maskingPart({ config }: HostContext): HostPart {
  if (config.environment === "prod") return {};
  const settings = { looksPersonal, notPersonal, rules: maskingRules };
  return {
    files: [
      hostFile("/etc/insightpulse/masking.json", { values: { settings: JSON.stringify(settings, null, 2) } }),
    ],
  };
}
