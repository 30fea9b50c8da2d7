import { isDeepStrictEqual } from "node:util";
import type { AppDeployment, AppPlatform } from "../cloud/app-platform.ts";
import { Failure } from "../failure.ts";

/** A deployment that somebody has made past the stack, in the control panel or with `doctl`. */
export interface MadePast {
  readonly deployment: string;
  /** When it was begun, such as 2026-11-26T02:15:00Z. */
  readonly at: string;
  /** Why, in the platform's words; empty where it has none. */
  readonly cause: string;
}

/**
 * Whether what serves an app was deployed past the stack.
 *
 * @param known the deployment that the stack, or the last release, knows to serve
 * @returns undefined where it is that one, repeats it, or differs from it in nothing: the platform deploys once more of its own accord
 */
export async function madePast(
  app: string,
  active: string,
  known: string,
  platform: Pick<AppPlatform, "deployment">,
): Promise<MadePast | undefined> {
  if (active === known) return undefined;
  const serving = await platform.deployment(app, active);
  if (serving.cloned_from === known) return undefined;
  const before = await orGone(() => platform.deployment(app, known));
  if (before !== undefined && isDeepStrictEqual(contentOf(serving), contentOf(before))) return undefined;
  return { deployment: active, at: serving.created_at, cause: serving.cause };
}

/** What people are served by: how it is to run, and what was built or fetched for that. */
function contentOf({ spec, services, workers, jobs, static_sites, functions }: AppDeployment) {
  return { spec, services, workers, jobs, static_sites, functions };
}

/** The platform forgets old deployments. */
async function orGone<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
