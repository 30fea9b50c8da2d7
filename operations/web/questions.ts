import type { Configuration } from "../../config/configuration.ts";
import { gatedServices } from "../../config/derive/sign-on.ts";
import { hostServices } from "../../config/resolve.ts";
import { signOnProxy } from "../../config/sign-on.ts";
import { ask, offer } from "./probes.ts";

/** Something that is stated of a name, and how it is measured from outside. */
export interface Question {
  readonly host: string;
  readonly what: string;
  /** What the answer is to be. */
  readonly stated: string;
  readonly measure: () => Promise<string>;
}

/** The six security headers, as they are stated. */
const securityHeaders: Readonly<Record<string, string>> = {
  "X-Frame-Options": "SAMEORIGIN",
  "X-Content-Type-Options": "nosniff",
  "X-XSS-Protection": "1; mode=block",
  "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
  "Referrer-Policy": "strict-origin-when-cross-origin",
  "Permissions-Policy": "geolocation=(), microphone=(), camera=()",
};

const page = ["--header", "Accept: text/html"];

/** What is stated of every name that the hosts' nginx answers for, in the order of the catalogue. */
export function questionsOf(config: Configuration): Question[] {
  const gated = new Set(gatedServices(config.resolvedServices).map(({ name }) => name));
  return hostServices(config.resolvedServices).flatMap((service) => [
    ...protocolQuestions(service.hostName),
    ...headerQuestions(service.hostName, `${service.url}${service.health.path}`),
    ...(service.web.sharedCookie === undefined
      ? []
      : [sessionQuestion(service.hostName, service.url, config.domain, service.web.sharedCookie)]),
    ...(gated.has(service.name) ? gateQuestions(service.hostName, service.url, config.domain) : []),
  ]);
}

/** Which of a server's two kinds of key its certificate has decides which of the two suites it is. */
const eitherSuite = "taken, one of ECDHE-ECDSA-AES128-GCM-SHA256 and ECDHE-RSA-AES128-GCM-SHA256";

function protocolQuestions(host: string): Question[] {
  const question = (what: string, stated: string, measure: () => Promise<string>): Question => ({
    ...{ host, what, stated, measure },
  });
  const others = "ALL:!ECDHE-ECDSA-AES128-GCM-SHA256:!ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0";
  return [
    question("TLS 1.0", "refused", () => offer(host, "-tls1")),
    question("TLS 1.1", "refused", () => offer(host, "-tls1_1")),
    question("TLS 1.2", eitherSuite, async () => {
      const said = await offer(host, "-tls1_2");
      return /^taken, ECDHE-(ECDSA|RSA)-AES128-GCM-SHA256$/.test(said) ? eitherSuite : said;
    }),
    question("TLS 1.2 without those two suites", "refused", () => offer(host, "-tls1_2", others)),
    question("TLS 1.3", "taken", async () => (await offer(host, "-tls1_3")).replace(/, TLS_\S+$/, "")),
    question("plain HTTP", "301 to HTTPS", async () => {
      const { status, headers } = await ask(`http://${host}/`);
      const [to = ""] = headers("location");
      return to === `https://${host}/` ? `${status} to HTTPS` : `${status} ${to}`.trim();
    }),
  ];
}

function headerQuestions(host: string, url: string): Question[] {
  return Object.entries(securityHeaders).map(([name, value]) => ({
    host,
    what: name,
    stated: value,
    measure: async () => (await ask(url)).headers(name.toLowerCase()).join(" and again ") || "not sent",
  }));
}

function sessionQuestion(
  host: string,
  url: string,
  domain: string,
  { name, maxAgeSeconds }: { readonly name: string; readonly maxAgeSeconds: number },
): Question {
  return {
    host,
    what: `cookie ${name} of /web/login`,
    stated: sorted([
      `Domain=.${domain}`,
      "HttpOnly",
      `Max-Age=${maxAgeSeconds}`,
      "Path=/",
      "SameSite=None",
      "Secure",
    ]),
    measure: async () => attributesOf((await ask(`${url}/web/login`, ...page)).headers("set-cookie"), name),
  };
}

function gateQuestions(host: string, url: string, domain: string): Question[] {
  return [
    {
      host,
      what: "a page without signing in",
      stated: `302 to accounts.google.com, to come back to ${signOnProxy.callbackPath}`,
      measure: async () => {
        const { status, headers } = await ask(`${url}/`, ...page);
        const to = new URL(headers("location")[0] ?? "about:blank");
        const back = (to.searchParams.get("redirect_uri") ?? "").replace(url, "");
        return `${status} to ${to.host || "nowhere"}, to come back to ${back || "nowhere"}`;
      },
    },
    {
      host,
      what: "cookie of a sign-in that has begun",
      stated: sorted([`Domain=${domain}`, "HttpOnly", "Path=/", "SameSite=Lax", "Secure"]),
      measure: async () =>
        attributesOf((await ask(`${url}/`, ...page)).headers("set-cookie"), "__Secure-sign_on").replace(
          /Expires=[^;]*; /,
          "",
        ),
    },
    {
      host,
      what: "a program without signing in",
      stated: "401",
      measure: async () => String((await ask(`${url}/`, "--header", "Accept: application/json")).status),
    },
  ];
}

/** The attributes of the cookie whose name begins so, in alphabetical order. */
function attributesOf(cookies: readonly string[], name: string): string {
  const cookie = cookies.find((one) => one.startsWith(name));
  return cookie === undefined ? "not set" : sorted(cookie.split("; ").slice(1));
}

const sorted = (words: readonly string[]) => [...words].sort().join("; ");
