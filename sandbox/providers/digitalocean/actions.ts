import { Failure, messageOf } from "../framework/errors.ts";
import { HttpFailure } from "../framework/http.ts";
import type { Operation } from "../framework/operation.ts";
import { poll } from "../framework/operation.ts";
import type { JsonObject } from "../framework/wire.ts";
import { jsonObject, jsonText } from "../framework/wire.ts";
import type { Api } from "./clients.ts";

const HOUR = 60 * 60 * 1000;
const FIVE_MINUTES = 5 * 60 * 1000;

/** Starts an action on a resource and waits until it is completed; `watchPath` is where its progress is told. */
export async function runAction(
  api: Api,
  path: string,
  body: JsonObject,
  operation: Operation,
  watchPath = "/v2/actions",
): Promise<void> {
  const started = await startWhenFree(api, path, body, operation);
  const id = jsonText(started.id);
  const what = `the action ${jsonText(body.type)} on ${path.replace("/v2/", "").replace("/actions", "")}`;
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

/** A droplet takes one action at a time, and answers 422 while another is running. */
async function startWhenFree(
  api: Api,
  path: string,
  body: JsonObject,
  operation: Operation,
): Promise<JsonObject> {
  return poll(operation, `${path} to be free`, FIVE_MINUTES, async () => {
    try {
      return jsonObject((await api("POST", path, operation, body)).action);
    } catch (error) {
      const isBusy =
        error instanceof HttpFailure && error.status === 422 && /pending event/i.test(messageOf(error));
      if (!isBusy) throw error;
      return undefined;
    }
  });
}
