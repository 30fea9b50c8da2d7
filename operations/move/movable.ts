import type { HostService } from "../../config/catalogue.ts";
import type { Configuration } from "../../config/configuration.ts";
import { hostServices, type Resolved } from "../../config/resolve.ts";
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
