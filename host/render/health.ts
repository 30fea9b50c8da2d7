import type { HealthCheck } from "../../config/health-check.ts";
import { shellWord } from "../../config/quote.ts";
import type { Health } from "../bundle.ts";
import type { ServiceHere } from "./context.ts";
import type { HostPart } from "./part.ts";
import { hostFile } from "./template.ts";

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
export function healthUrl({ port }: { readonly port: number }, { path }: HealthCheck): string {
  return `http://127.0.0.1:${port}${path}`;
}

/** Somebody on this host whose health is asked for again and again. */
export interface Watched {
  /** Loopback port. */
  readonly port: number;
  readonly health: HealthCheck;
  /** How long it may be silent after its start. */
  readonly startSeconds: number;
}

/**
 * The watch over a unit's health: the question, and the timer that has it asked.
 *
 * @param name its unit, without `.service`
 */
export function healthWatch(
  name: string,
  { port, health, startSeconds }: Watched,
): Required<Pick<HostPart, "files" | "units">> {
  return {
    files: [
      hostFile(`/etc/insightpulse/health/${name}.env`, {
        template: "etc/insightpulse/health.env",
        values: {
          url: shellWord(healthUrl({ port }, health)),
          status: health.status,
          body: shellWord(health.body?.source ?? ""),
          startSeconds,
        },
      }),
    ],
    units: [
      {
        name: `watch-health@${name}.timer`,
        enabled: true,
        restartOn: ["/etc/systemd/system/watch-health@.timer"],
        reloadOn: [],
      },
    ],
  };
}
