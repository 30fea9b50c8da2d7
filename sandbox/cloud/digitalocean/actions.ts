import type { FastifyPluginAsync, FastifyRequest } from "fastify";
import { type Cloud, type CloudOptions, faultTarget } from "../core/cloud.ts";
import { orNotFound, unprocessable } from "../core/errors.ts";
import { paginate } from "../core/paging.ts";
import { timestamp } from "../core/time.ts";
import { applyEffect } from "./effects.ts";
import type { Action, Effect } from "./records.ts";
import { regionView } from "./regions.ts";

/** An action as the API shows it. */
export const actionView = (action: Action) => ({
  id: action.id,
  status: action.status,
  type: action.type,
  started_at: action.started_at,
  completed_at: action.completed_at,
  resource_id: action.resource_id,
  resource_type: action.resource_type === "volume" ? "backend" : action.resource_type,
  region: regionView(action.region),
  region_slug: action.region,
});

/** What starts. */
export interface NewAction {
  type: string;
  resource_type: Action["resource_type"];
  resource_id: number | null;
  subject: string;
  droplet_id: number | null;
  region: string;
  effect: Effect;
  delayMs: number;
}

/** Starts an action; it completes by itself after its delay, unless a test ordered that it sticks. */
export function startAction(cloud: Cloud, request: FastifyRequest, wanted: NewAction): Action {
  if (wanted.droplet_id !== null) refuseWhileBusy(cloud, wanted.droplet_id);
  const { delayMs, ...rest } = wanted;
  const stuck = cloud.faults.take("stuck-action", faultTarget(request));
  const action = cloud.state.actions.put({
    ...rest,
    id: cloud.store.nextNumber("actions", 2_100_000_001),
    status: "in-progress",
    started_at: timestamp(),
    completed_at: null,
    due_at: stuck ? null : Date.now() + delayMs,
  });
  if (!stuck) cloud.machines?.begin(action);
  return action;
}

/** A droplet does one thing at a time; clients wait and try again on exactly this sentence. */
function refuseWhileBusy(cloud: Cloud, droplet: number): void {
  const busy = cloud.state.actions.find(
    (action) => action.droplet_id === droplet && action.status === "in-progress",
  );
  if (busy) throw unprocessable("Droplet already has a pending event.");
}

/**
 * Completes every action whose time has come, in the order in which they were due. What needs a machine is over when the
 * machine is done with it.
 */
export function settleActions(cloud: Cloud): void {
  const now = Date.now();
  const due = cloud.state.actions.filter(
    (action) => action.status === "in-progress" && action.due_at !== null && action.due_at <= now,
  );
  for (const action of due.sort((a, b) => (a.due_at ?? 0) - (b.due_at ?? 0))) {
    const work = cloud.machines?.begin(action) ?? { state: "done" };
    if (work.state === "running") continue;
    const completed_at = timestamp(cloud.machines ? now : (action.due_at ?? now));
    if (work.state === "failed") {
      cloud.state.actions.put({ ...action, status: "errored", completed_at, error: work.reason });
    } else {
      cloud.state.actions.put({ ...action, status: "completed", completed_at });
      applyEffect(cloud, action);
    }
  }
}

/** Actions of every kind of resource. */
export const actions: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  app.get("/actions", async (request) => {
    const page = paginate(cloud.state.actions.all().reverse(), request, cloud.apiUrl);
    return { actions: page.items.map(actionView), links: page.links, meta: page.meta };
  });
  app.get<{ Params: { id: string } }>("/actions/:id", async (request) => {
    return { action: actionView(orNotFound(cloud.state.actions.get(request.params.id))) };
  });
};
