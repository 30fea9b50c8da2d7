import { mapValues } from "../../config/records.ts";
import { ownPorts, portBeside } from "../../config/resolve.ts";
import type { Takeover } from "../bundle.ts";
import type { HostContext, ServiceHere } from "./context.ts";
import { healthOf } from "./health.ts";
import { portOf, resolveVariables } from "./variables.ts";
import type { Variant } from "./variant.ts";

/** User as which nginx connects to the services. */
const nginxUser = "www-data";

/**
 * How long open connections are waited for; more than nginx keeps one for further requests (`upstream.conf`). A port with
 * websockets never becomes empty, and their clients come back by themselves; elsewhere only a long answer can still be open.
 * What is open after that is left to the service's own end.
 */
const drainSeconds = { withWebsockets: 4, withoutThem: 15 } as const;

/** Who stands in for a service while it is replaced, its next release; undefined where two at once would do harm. */
export function standInFor(service: ServiceHere, context: HostContext): Variant | undefined {
  const { takeover, variables } = service.container;
  if (takeover?.kind !== "beside") return undefined;
  const { port, extraPorts = {} } = service;
  const moved = { ...service, port: portBeside(port), extraPorts: mapValues(extraPorts, portBeside) };
  const options = resolveVariables(takeover.options ?? {}, moved, context);
  return {
    name: `${service.name}-next`,
    title: `${service.title}: a new release, standing in`,
    note: `Runs beside ${service.name}.service while that follows; only \`converge\` starts it.`,
    service: moved,
    variables: resolveVariables({ ...variables, ...takeover.variables }, moved, context),
    options: options.map(({ name, value }) => `${name}=${value}`),
    without: takeover.without ?? [],
    once: false,
  };
}

/**
 * How a new release of a service takes over.
 *
 * @param between what has to run while neither release does
 */
export function takeoverOf(
  service: ServiceHere,
  standIn: Variant | undefined,
  between: Takeover["between"],
): Takeover {
  const question = service.container.readiness ?? service.health;
  return {
    ports: ownPorts(service),
    user: nginxUser,
    health: healthOf(service, question),
    drained: drained(service),
    drainSeconds: isMixed(service) ? drainSeconds.withWebsockets : drainSeconds.withoutThem,
    ...(standIn && {
      beside: {
        unit: `${standIn.name}.service`,
        ports: ownPorts(standIn.service),
        drained: drained(standIn.service),
        health: healthOf(standIn.service, question),
      },
    }),
    ...(between && { between }),
  };
}

/** A port for websockets alone is not waited for. */
function drained(service: ServiceHere): number[] {
  const apart = (service.web.websockets ?? []).flatMap(({ port }) => port ?? []);
  const forThemAlone = apart.map((name) => portOf(service, name));
  return ownPorts(service).filter((port) => !forThemAlone.includes(port));
}

/** Whether websockets share a port with everything else. */
function isMixed({ web }: ServiceHere): boolean {
  return (web.websockets ?? []).some(({ port }) => port === undefined);
}
