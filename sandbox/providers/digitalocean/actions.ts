import { Failure, messageOf } from "../framework/errors.ts";
import { HttpFailure } from "../framework/http.ts";
import type { Operation } from "../framework/operation.ts";
import { poll } from "../framework/operation.ts";
import type { JsonObject } from "../framework/wire.ts";
import { jsonList, jsonObject, jsonText } from "../framework/wire.ts";
import type { Api } from "./clients.ts";

const HOUR = 60 * 60 * 1000;
const FIVE_MINUTES = 5 * 60 * 1000;
const TWO_MINUTES = 2 * 60 * 1000;

/** Starts an action on a resource and waits until it is completed; `watchPath` is where its progress is told. */
export async function runAction(
  api: Api,
  path: string,
  body: JsonObject,
  operation: Operation,
  watchPath = "/v2/actions",
): Promise<void> {
  const action = await start(api, path, body, operation);
  await finish(api, describe(path, body), action, operation, watchPath);
}

/** Like `runAction`, but asks again as long as the droplet concerned is busy with another action. */
export async function runActionWhenFree(
  api: Api,
  path: string,
  body: JsonObject,
  operation: Operation,
): Promise<void> {
  const action = await poll(operation, `${path} to be free`, FIVE_MINUTES, () =>
    start(api, path, body, operation).catch((error: unknown) => {
      if (!isBusy(error)) throw error;
      return undefined;
    }),
  );
  await finish(api, describe(path, body), action, operation, "/v2/actions");
}

/** Waits until nothing is going on with a droplet. An action that comes in between is still refused. */
export async function awaitIdleDroplet(api: Api, droplet: number, operation: Operation): Promise<void> {
  const path = `/v2/droplets/${droplet}/actions?per_page=50`;
  await poll(operation, `droplet ${droplet} to have no pending event`, TWO_MINUTES, async () => {
    const actions = jsonList((await api("GET", path, operation)).actions).map(jsonObject);
    return actions.every(({ status }) => status === "completed" || status === "errored") ? true : undefined;
  });
}

async function start(api: Api, path: string, body: JsonObject, operation: Operation): Promise<JsonObject> {
  return jsonObject((await api("POST", path, operation, body)).action);
}

function describe(path: string, body: JsonObject): string {
  return `the action ${jsonText(body.type)} on ${path.replace("/v2/", "").replace("/actions", "")}`;
}

/** A droplet takes one action at a time, and answers 422 while another is running. */
function isBusy(error: unknown): boolean {
  const words = "droplet already has a pending event.";
  return (
    error instanceof HttpFailure && error.status === 422 && messageOf(error).toLowerCase().includes(words)
  );
}

async function finish(
  api: Api,
  what: string,
  started: JsonObject,
  operation: Operation,
  watchPath: string,
): Promise<void> {
  const id = jsonText(started.id);
  const isOver = (action: JsonObject): true | undefined => {
    if (action.status === "errored")
      throw new Failure(`DigitalOcean says that ${what} (${id}) ended in an error.`);
    return action.status === "completed" ? true : undefined;
  };
  if (isOver(started)) return;
  await poll(operation, what, HOUR, async () =>
    isOver(jsonObject((await api("GET", `${watchPath}/${id}`, operation)).action)),
  );
}
