import { rootService } from "../../config/catalogue.ts";
import type { HostFile } from "../bundle.ts";
import { certificateName, type HostContext, type ServiceHere } from "./context.ts";
import { gateOf, signOnFiles } from "./nginx-sign-on.ts";
import type { HostPart } from "./part.ts";
import { hostFile } from "./template.ts";
import { portOf } from "./variables.ts";

const sites = "/etc/nginx/sites-enabled";
const snippets = "/etc/nginx/snippets";
const dropIn = "/etc/systemd/system/nginx.service.d/insightpulse.conf";
/** The check makes a placeholder certificate where there is none, with the program that is only now being delivered. */
const checkNeeds = ["/usr/local/lib/insightpulse/*", "/etc/insightpulse/certificate.env"];

/** nginx, the single way in: one server block for each service, and nothing for anybody else. */
export function nginxPart(context: HostContext): HostPart {
  const { services } = context;
  const [first] = services;
  return {
    packages: ["nginx", "logrotate"],
    directories: [{ path: "/var/cache/nginx", mode: "0755", owner: "root", group: "root" }],
    files: [
      hostFile("/etc/nginx/nginx.conf"),
      hostFile(`${snippets}/tls.conf`, { values: { certificateName: certificateName(context) } }),
      hostFile(`${snippets}/security-headers.conf`),
      hostFile(`${snippets}/proxy.conf`),
      hostFile(`${snippets}/upstream.conf`),
      hostFile(`${sites}/000-default.conf`, { values: defaultSite(context) }),
      ...signOnFiles(context),
      ...services.map((service) => serviceSite(service, context)),
      hostFile(dropIn),
      hostFile("/etc/logrotate.d/nginx"),
      hostFile("/usr/local/lib/insightpulse/check-nginx"),
    ],
    validations: [
      {
        paths: ["/etc/nginx/**", ...checkNeeds],
        command: ["/bin/sh", "/usr/local/lib/insightpulse/check-nginx"],
      },
    ],
    units: [
      {
        name: "nginx.service",
        enabled: true,
        restartOn: [dropIn],
        reloadOn: ["/etc/nginx/**"],
        ...(first && {
          // Plain HTTP is enough to see that nginx has taken up its names: the certificate may still be on its way.
          health: { url: "http://127.0.0.1/", hostName: first.hostName, status: 301, timeoutSeconds: 15 },
        }),
      },
    ],
  };
}

function defaultSite({ services, config, settings }: HostContext) {
  const root = services.find(({ name }) => name === rootService);
  const rootNames = root === undefined ? [] : [config.domain, `www.${config.domain}`];
  const shared = config.resolvedServices.flatMap((service) =>
    "web" in service && service.web.sharedCookie !== undefined
      ? [{ name: service.web.sharedCookie.name, owner: service.hostName }]
      : [],
  );
  return {
    ipv6: settings.ipv6,
    sharedCookies: shared.map(({ name }) => name).join("|"),
    cookieOwners: shared.map(({ owner }) => owner),
    names: [...services.map(({ hostName }) => hostName), ...rootNames],
    root: root === undefined ? false : { service: root.title, url: root.url, names: rootNames },
  };
}

function serviceSite(service: ServiceHere, context: HostContext): HostFile {
  const { name, title, url, hostName, port, web, awaitsMove } = service;
  const gate = gateOf(service);
  const openSpelling = (path: string) => gate?.spellingOf(path) ?? "";
  const websockets = (web.websockets ?? []).map(({ path, port: wanted, idleSeconds }) => ({
    ...{ path, idleSeconds, openSpelling: openSpelling(path) },
    upstream: wanted === undefined ? name : `${name}-${wanted}`,
  }));
  const extraPorts = new Set((web.websockets ?? []).flatMap((socket) => socket.port ?? []));
  // Of two blocks for a name nginx takes the first that it reads: an old one goes on answering until its service is moved.
  const file = awaitsMove ? `zzz-awaits-move-${name}` : name;
  return hostFile(`${sites}/${file}.conf`, {
    template: "etc/nginx/sites-enabled/service.conf",
    values: {
      ...{ name, title, url, hostName, port, websockets },
      domain: context.config.domain,
      ipv6: context.settings.ipv6,
      extraUpstreams: [...extraPorts].map((extra) => ({
        name: `${name}-${extra}`,
        port: portOf(service, extra),
      })),
      bodyMib: web.bodyMib,
      connectSeconds: web.timeouts.connectSeconds,
      answerSeconds: web.timeouts.answerSeconds,
      rateLimits: (web.rateLimits ?? []).map((limit) => {
        const zone = `${name}_${limit.name}`;
        return {
          ...{ zone, rate: limit.rate, key: limit.onlyPosts ? "$posting_client" : "$binary_remote_addr" },
          paths: limit.paths.flatMap((path) => {
            const shared = { path, zone, burst: limit.burst, service: name };
            const anyCase = { ...shared, modifier: "~*", openSpelling: "" };
            const open = openSpelling(path);
            // A capital makes another path, which is as closed as any.
            return open === "" ? [anyCase] : [{ ...shared, modifier: "~", openSpelling: open }, anyCase];
          }),
        };
      }),
      openPaths: gate?.openPaths ?? "",
      closedPaths: web.closedPaths ?? [],
      staticCache: web.staticCache ?? false,
      sharedCookie: web.sharedCookie?.name ?? "",
    },
  });
}
