import { gatedServices, isOpen, openPathsOf } from "../../config/derive/sign-on.ts";
import { signOnProxy } from "../../config/sign-on.ts";
import type { HostFile } from "../bundle.ts";
import type { HostContext, ServiceHere } from "./context.ts";
import { hostFile } from "./template.ts";

const snippets = "/etc/nginx/snippets";

/** How nginx gates one service. */
export interface Gate {
  /** Name of the snippet with the paths that are open. */
  readonly openPaths: string;
  /** How an open path must be spelt by who asks for it, as a pattern; empty for one that is gated. */
  spellingOf(path: string): string;
}

/** What sign-on adds to nginx: what every host has, and on hosts with gated services the way to the sign-on proxy. */
export function signOnFiles({ services }: HostContext): HostFile[] {
  const gated = gatedServices(services);
  const shared = hostFile("/etc/nginx/sites-enabled/001-sign-on.conf", {
    values: { port: gated.length > 0 ? signOnProxy.port : 0 },
  });
  if (gated.length === 0) return [shared];
  return [
    shared,
    ...["sign-on.conf", "sign-on-proxy.conf"].map((file) => hostFile(`${snippets}/${file}`)),
    ...["sign-on-away.html", "signed-out.html"].map((file) => hostFile(`/etc/nginx/pages/${file}`)),
    ...gated.map((service) => {
      const { name, title } = service;
      const paths = openPathsOf(service).map(({ path, because }) => ({
        ...{ path, because, service: name },
        modifier: path.endsWith("/") ? "" : "= ",
        spelling: spelling(path),
      }));
      return hostFile(openPathsFile(name), {
        template: "etc/nginx/snippets/open-paths.conf",
        values: { title, paths },
      });
    }),
  ];
}

/** How nginx gates a service; undefined for one that signs people in itself. */
export function gateOf(service: ServiceHere): Gate | undefined {
  const [gated] = gatedServices([service]);
  if (gated === undefined) return undefined;
  const paths = openPathsOf(gated);
  return {
    openPaths: openPathsFile(service.name).replace("/etc/nginx/", ""),
    spellingOf: (path) => (isOpen(path, paths) ? spelling(path) : ""),
  };
}

const openPathsFile = (service: string) => `${snippets}/open-paths-${service}.conf`;

/** The path as it stands, with as many slashes for one as anybody likes. */
function spelling(path: string): string {
  const pattern = path.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("/", "/+");
  return path.endsWith("/") ? `^${pattern}` : `^${pattern}/?([?]|$)`;
}
