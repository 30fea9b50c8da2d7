import { certificateName, type HostContext, secretsFolder } from "./context.ts";
import type { HostPart } from "./part.ts";
import { hostFile, secretFile } from "./template.ts";

const tools = "/usr/local/lib/insightpulse";
const settings = "/etc/insightpulse/certificate.env";
const challenge = `${secretsFolder}/dns-challenge.json`;

/**
 * The certificate: a placeholder so that nginx starts, then the real one by DNS-01, then renewals by certbot's own timer.
 * Where the zone is hosted elsewhere nobody here can prove anything, and the certificate has to be brought.
 */
export function certificatePart(context: HostContext): HostPart {
  const { domain } = context.config;
  const placeholder: HostPart = {
    packages: ["openssl"],
    files: [
      hostFile(settings, { values: { certificateName: certificateName(context), domain } }),
      hostFile(`${tools}/placeholder-certificate`),
    ],
  };
  const { provider } = context.config.dns;
  if (provider === "elsewhere") return placeholder;
  const token = context.values.dnsChallengeToken;
  if (token === undefined)
    throw new Error("dnsChallengeToken is missing: the zone's records prove who we are");
  const [email] = context.config.monitoring.emails;
  const { propagationSeconds } = context.config.certificates;
  return {
    packages: [...(placeholder.packages ?? []), "certbot", "python3"],
    files: [
      ...(placeholder.files ?? []),
      hostFile("/etc/letsencrypt/cli.ini", { values: { domain, provider, email } }),
      hostFile("/etc/letsencrypt/renewal-hooks/deploy/reload-nginx"),
      secretFile(challenge, {
        template: "etc/insightpulse/dns-challenge.json",
        values: { provider, domain, token, propagationSeconds },
      }),
      hostFile(`${tools}/dns-challenge`),
      hostFile(`${tools}/obtain-certificate`),
      hostFile("/etc/systemd/system/obtain-certificate.service"),
      hostFile("/etc/systemd/system/obtain-certificate.timer"),
    ],
    units: [
      {
        name: "obtain-certificate.timer",
        enabled: true,
        restartOn: [
          settings,
          challenge,
          "/etc/letsencrypt/cli.ini",
          `${tools}/*`,
          "/etc/systemd/system/obtain-certificate.*",
        ],
        reloadOn: [],
      },
      { name: "certbot.timer", enabled: true, restartOn: [], reloadOn: [] },
    ],
  };
}
