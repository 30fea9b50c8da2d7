import type { Configuration } from "../../../config/configuration.ts";
import { type Diagnosis, explanation } from "../finding.ts";
import type { HostFacts } from "../gather/host-facts.ts";
import type { ExaminedHost, Gathered, ServedCertificate } from "../gathered.ts";
import { asAdministrator } from "../mending.ts";

const day = 86_400_000;

/** Certificates that end soon, that nobody trusts, and that are on disk and not served. */
export function certificates(gathered: Gathered): Diagnosis[] {
  return [
    ...gathered.hosts.flatMap((host) => ofHost(gathered, host)),
    ...gathered.served.filter(({ host }) => host === undefined).flatMap((one) => ofApp(gathered, one)),
  ];
}

function ofHost(gathered: Gathered, host: ExaminedHost): Diagnosis[] {
  const { config } = gathered;
  const [onDisk] = "answer" in host.facts ? host.facts.answer.certificates : [];
  const visited = gathered.served.filter((one) => one.host === host.key);
  const bad = visited.flatMap((one) => problemOf(gathered, one) ?? []);
  const diskProblem = onDisk === undefined ? undefined : problemOnDisk(gathered, onDisk);
  const explains = visited.map(({ service }) => explanation.service(service));
  if (onDisk !== undefined && diskProblem === undefined && isAnotherServed(onDisk, visited))
    return [
      {
        ...{
          kind: "certificate",
          severity: bad.length > 0 ? "urgent" : "soon",
          where: `${host.key}: ${onDisk.file}`,
        },
        what: "the certificate on disk is not the one that is served",
        cause: "it was replaced, and nginx has not been told to take it up",
        fix: [asAdministrator(config, host, "systemctl reload nginx.service")],
        explains,
      },
    ];
  const [problem = bad[0]?.problem] = [diskProblem];
  if (problem === undefined) return [];
  const names = bad.length > 0 ? bad.map(({ name }) => name).join(", ") : onDisk?.servedAs;
  return [
    {
      ...{ kind: "certificate", severity: bad.some(({ isDistrusted }) => isDistrusted) ? "urgent" : "soon" },
      what: `the certificate ${[...new Set([problem, ...bad.map((one) => one.problem)])].join(", and ")}`,
      where: `${host.key}: ${names}`,
      cause: "it was not renewed in time, or another one was put in its place",
      fix: [renewal(config, onDisk), "systemctl reload nginx.service"].map((command) =>
        asAdministrator(config, host, command),
      ),
      byHand: `where that fails: ${asAdministrator(config, host, "tail -n 50 /var/log/letsencrypt/letsencrypt.log")}`,
      explains,
    },
  ];
}

type OnDisk = HostFacts["certificates"][number];

function isAnotherServed({ onDisk, served }: OnDisk, visited: readonly ServedCertificate[]): boolean {
  const seen = visited.flatMap((one) => ("answer" in one.seen ? [one.seen.answer.fingerprint] : []));
  return [...(served === null ? [] : [served]), ...seen].some((fingerprint) => fingerprint !== onDisk);
}

function problemOnDisk({ config, now }: Gathered, { ends, problem }: OnDisk): string | undefined {
  if (ends === null) return `on disk cannot be read: ${problem}`;
  return endsSoon(ends * 1000, now, config.monitoring.certificateDays);
}

interface Problem {
  readonly name: string;
  readonly problem: string;
  readonly isDistrusted: boolean;
}

function problemOf({ config, now }: Gathered, { name, seen }: ServedCertificate): Problem | undefined {
  if ("unasked" in seen) return undefined; // Others notice that nobody answers.
  const { distrusted, ends } = seen.answer;
  if (distrusted !== null)
    return { name, problem: `is trusted by nobody (${distrusted})`, isDistrusted: true };
  const problem = endsSoon(ends, now, config.monitoring.certificateDays);
  return problem === undefined ? undefined : { name, problem, isDistrusted: false };
}

function endsSoon(ends: number, now: number, days: number): string | undefined {
  const left = (ends - now) / day;
  if (left < 0) return `ended ${(-left).toFixed(1)} days ago`;
  return left < days ? `ends in ${left.toFixed(1)} days, and must last ${days}` : undefined;
}

/** By its names: what is in the place of a certificate may have others, and a mere renewal would ask for those. */
function renewal({ domain }: Configuration, onDisk: OnDisk | undefined): string {
  const name = onDisk === undefined ? undefined : /\/live\/(?<name>[^/]+)\//.exec(onDisk.file)?.groups?.name;
  const which = name === undefined ? "" : `--cert-name ${name} --renew-with-new-domains `;
  return `certbot certonly ${which}--domains ${domain},*.${domain} --force-renewal --non-interactive`;
}

/** App Platform's certificates are the vendor's own to renew, which it does for domains that lead to the app. */
function ofApp(gathered: Gathered, served: ServedCertificate): Diagnosis[] {
  const found = problemOf(gathered, served);
  if (found === undefined) return [];
  const { stack } = gathered.config;
  return [
    {
      ...{ kind: "certificate", severity: found.isDistrusted ? "urgent" : "soon", where: served.name },
      what: `the certificate ${found.problem}`,
      cause: "App Platform renews it while the name leads to the app, and CAA records allow its authority",
      fix: [`pulumi up --stack ${stack} --refresh`],
      byHand: "the app's Settings, Domains (cloud.digitalocean.com/apps) says why it was not renewed",
      explains: [explanation.service(served.service)],
    },
  ];
}
