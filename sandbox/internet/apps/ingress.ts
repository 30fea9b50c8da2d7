import type { AppDeployment } from "./deployed-apps.ts";

/** The component that a path leads to, and the path it is asked for there. */
export interface Destination {
  readonly service: string;
  readonly path: string;
}

/**
 * Where an app's ingress rules lead a path; undefined for an app without services. The longest prefix wins, and is cut
 * off unless the rule keeps it. Static sites are not built here: what leads to one is answered by the first service.
 */
export function destinationOf(
  app: Pick<AppDeployment, "services" | "rules">,
  url: string,
): Destination | undefined {
  const [first] = app.services;
  if (first === undefined) return undefined;
  const [path = "/", ...query] = url.split("?");
  const rule = app.rules
    .flatMap(({ match, component }) => (component ? [{ ...match?.path, component }] : []))
    .filter(({ exact, prefix }) => (exact === undefined ? isBelow(path, prefix ?? "/") : exact === path))
    .sort((a, b) => (b.exact ?? b.prefix ?? "").length - (a.exact ?? a.prefix ?? "").length)[0];
  const service = app.services.find(({ name }) => name === rule?.component.name);
  if (rule === undefined || service === undefined) return { service: first.name, path: url };
  const prefix = rule.exact ?? rule.prefix ?? "/";
  return { service: service.name, path: [rewritten(path, prefix, rule.component), ...query].join("?") };
}

function rewritten(
  path: string,
  prefix: string,
  component: { preserve_path_prefix?: boolean | undefined; rewrite?: string | undefined },
): string {
  if (component.preserve_path_prefix) return path;
  const rest = path.slice(prefix.length).replace(/^\/?/, "/");
  return component.rewrite === undefined ? rest : component.rewrite.replace(/\/$/, "") + rest;
}

/** Prefixes end where a part of the path does: /api is no prefix of /apis. */
function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`);
}
