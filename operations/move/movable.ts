import type { HostService } from "../../config/catalogue.ts";
import type { Configuration } from "../../config/configuration.ts";
import { hostServices, type Resolved } from "../../config/resolve.ts";
import { oldSoftware } from "../../config/tables/old-software.ts";
import { Failure } from "../failure.ts";

/** A service that can be moved: it has a place on a host. */
export type MovedService = Resolved<HostService>;

/**
 * A service whose data are still elsewhere, by the settings.
 *
 * @throws Failure when there is none of that name, or it is not said to await its move
 */
export function awaiting({ resolvedServices, stack }: Configuration, name: string): MovedService {
  const found = hostServices(resolvedServices).find((one) => one.name === name);
  if (found === undefined) throw new Failure(`there is no service ${name} on a host`);
  if (!found.awaitsMove)
    throw new Failure(
      `services.${name}.awaitsMove is not set, so its host runs the new one already`,
      `pulumi config set --path 'insightpulse:services.${name}.awaitsMove' true --stack ${stack}; pulumi up`,
    );
  return found;
}

/** The service that has a container on a host, or whose move takes it along; null where none does. */
export function serviceOfContainer(
  { resolvedServices }: Pick<Configuration, "resolvedServices">,
  host: string,
  container: string,
): string | null {
  const found = hostServices(resolvedServices).find((service) => {
    const old = oldSoftware[service.name];
    const olds = old !== undefined && "container" in old ? [old.container, old.database.container] : [];
    return service.host === host && [service.name, ...olds].includes(container);
  });
  return found?.name ?? null;
}
