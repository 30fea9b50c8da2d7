import { generatedSecretName } from "../../config/derive/generated-secret-names.ts";
import type { HostVariable } from "../../config/host-service.ts";
import { lookup } from "../../config/records.ts";
import type { HostContext, ServiceHere } from "./context.ts";
import { databaseOf, databaseTls, databaseUrl } from "./database.ts";

/** One variable of a container's environment. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
}

/**
 * The environment of a service's container.
 *
 * @throws Error when a variable refers to something that is not there
 */
export function variablesOf(service: ServiceHere, context: HostContext): Variable[] {
  return resolveVariables(service.container.variables, service, context);
}

/**
 * Some variables (or options) of a service, with their values. What has none here is left out.
 *
 * @throws Error when one refers to something that is not there
 */
export function resolveVariables(
  variables: Readonly<Record<string, HostVariable>>,
  service: ServiceHere,
  context: HostContext,
): Variable[] {
  return Object.entries(variables).flatMap(([name, variable]) => {
    const value = valueFor(variable, service, context);
    return value === undefined ? [] : [{ name, value: oneLine(name, value), secret: isSecret(variable) }];
  });
}

function isSecret(variable: HostVariable): boolean {
  switch (variable.from) {
    case "generated":
    case "databaseUrl":
      return true;
    case "database":
    case "queue":
      return variable.part === "password";
    default:
      return false;
  }
}

function valueFor(variable: HostVariable, service: ServiceHere, context: HostContext): string | undefined {
  const { queue } = service.container;
  switch (variable.from) {
    case "literal":
      return variable.value;
    case "port":
      return String(portOf(service, variable.of));
    case "listenAddress":
      return `127.0.0.1:${service.port}`;
    case "hostName":
      return service.hostName;
    case "url":
      return `${service.url}${variable.path ?? ""}`;
    case "serviceUrl":
      return lookup(urls(context), variable.service, "service");
    case "hasAccelerator":
      return String(context.size.gpu !== undefined);
    case "database":
      return String(databaseOf(service, context)[variable.part]);
    case "databaseAuthorityFile":
      return databaseTls(context).authorityFile || undefined;
    case "verifiesDatabase":
      return String(databaseTls(context).mode === "verify-full");
    case "databaseUrl":
      return databaseUrl(databaseOf(service, context), variable.scheme);
    case "queue":
      if (queue === undefined) throw new Error(`${service.name} has no queue in the catalogue`);
      if (variable.part === "host") return "127.0.0.1";
      if (variable.part === "port") return String(queue.port);
      return generatedValue(service, queue.passwordSecret, context);
    case "generated":
      return generatedValue(service, variable.secret, context);
  }
}

/** A port of a service, by what it carries; the main one when nothing is said. */
export function portOf(service: ServiceHere, name?: string): number {
  return name === undefined
    ? service.port
    : lookup(service.extraPorts ?? {}, name, `port of ${service.name}`);
}

/** One of a service's generated secrets. */
export function generatedValue(service: ServiceHere, secret: string, context: HostContext): string {
  return lookup(context.values.generated, generatedSecretName(service.name, secret), "generated secret");
}

function urls({ config }: HostContext): Record<string, string> {
  return Object.fromEntries(config.resolvedServices.map(({ name, url }) => [name, url]));
}

function oneLine(name: string, value: string): string {
  if (/[\r\n\0]/.test(value)) throw new Error(`the variable ${name} has more than one line`);
  return value;
}
