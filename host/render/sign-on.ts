import { createHash } from "node:crypto";
import { signOnCookieKey } from "../../config/derive/generated-secret-names.ts";
import { gatedServices } from "../../config/derive/sign-on.ts";
import { lookup } from "../../config/records.ts";
import { signOnCookie, signOnCookieName, signOnProxy } from "../../config/sign-on.ts";
import { type HostContext, secretsFolder } from "./context.ts";
import { healthUrl, healthWatch } from "./health.ts";
import type { HostPart } from "./part.ts";
import { hostFile, secretFile } from "./template.ts";

const folder = "/etc/oauth2-proxy";
const emailsFile = `${folder}/emails`;
const { unit: name, image, port, health, userId, memoryMib } = signOnProxy;
/** Account the proxy runs as. */
export const proxyAccount = `svc-${name}`;
const unitFile = `/etc/containers/systemd/${name}.container`;
const secretsFile = `${secretsFolder}/${name}.env`;

/** The sign-on proxy, on hosts with a service behind it. */
export function signOnPart(context: HostContext): HostPart {
  const gated = gatedServices(context.services);
  if (gated.length === 0) return {};
  const { domain, environment, signOn } = context.config;
  const { emailDomains, emails } = signOn;
  const watch = healthWatch(name, { port, health, startSeconds: 30 });
  const readableByIt = { mode: "0640", group: proxyAccount };
  return {
    packages: ["podman"],
    groups: [{ name: proxyAccount, id: userId }],
    users: [{ name: proxyAccount, id: userId, home: "/nonexistent" }],
    directories: [{ path: folder, mode: "0750", owner: "root", group: proxyAccount }],
    files: [
      hostFile(unitFile, { values: { name, image, userId, port, memoryMib, secretsFile } }),
      hostFile(`${folder}/oauth2-proxy.cfg`, {
        ...readableByIt,
        values: {
          ...{ port, domain },
          services: gated.map(({ name: service }) => service).join(" and "),
          emailDomains: emailDomains.map((one) => `"${one}"`).join(", "),
          emailsFile: emails.length > 0 ? emailsFile : "",
          cookie: { ...signOnCookie, name: signOnCookieName(environment) },
        },
      }),
      ...(emails.length === 0 ? [] : [hostFile(emailsFile, { ...readableByIt, values: { emails } })]),
      hostFile(`${folder}/pages/error.html`, { template: "etc/oauth2-proxy/pages/error.html.gotemplate" }),
      secretFile(secretsFile, {
        template: "etc/insightpulse/service.env",
        values: { variables: secretVariables(context) },
      }),
      ...watch.files,
    ],
    units: [
      {
        name: `${name}.service`,
        enabled: true,
        restartOn: [unitFile, `${folder}/**`, secretsFile],
        reloadOn: [],
        health: { url: healthUrl(signOnProxy, health), status: health.status, timeoutSeconds: 60 },
        image: { reference: image },
      },
      ...watch.units,
    ],
  };
}

function secretVariables({ values }: HostContext): { name: string; value: string }[] {
  const { proxyGoogleClient: client, generated } = values;
  if (client === undefined) throw new Error("proxyGoogleClient is missing: people sign in by it");
  const key = lookup(generated, signOnCookieKey, "generated secret");
  return [
    { name: "OAUTH2_PROXY_CLIENT_ID", value: client.id },
    { name: "OAUTH2_PROXY_CLIENT_SECRET", value: client.secret },
    // A key of exactly 32 bytes, as it wants it written.
    { name: "OAUTH2_PROXY_COOKIE_SECRET", value: createHash("sha256").update(key).digest("base64url") },
  ];
}
