import type { HealthCheck } from "../../config/service.ts";
import type { Health } from "../bundle.ts";
import type { ServiceHere } from "./context.ts";

/** A question to a service on its host, with the time it has to come up. */
export function healthOf(service: ServiceHere, question: HealthCheck): Health {
  return {
    url: healthUrl(service, question),
    status: question.status,
    ...(question.body === undefined ? {} : { body: question.body.source }),
    timeoutSeconds: service.container.startSeconds,
  };
}

/** Where a service is asked on its host. */
export function healthUrl({ port }: Pick<ServiceHere, "port">, { path }: HealthCheck): string {
  return `http://127.0.0.1:${port}${path}`;
}
