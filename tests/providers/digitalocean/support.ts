import type { Clients } from "../../../sandbox/providers/digitalocean/clients.ts";
import { configure } from "../../../sandbox/providers/digitalocean/clients.ts";
import type { Resource } from "../../../sandbox/providers/framework/resource.ts";
import type { Answer, Request } from "../support.ts";
import { lifeOf, startFakeApi } from "../support.ts";

/** Leads a life of a resource against a fake API, and gives back the requests it took. */
export async function requestsOf(
  resource: Resource<Clients>,
  answers: Record<string, Answer | Answer[]>,
  lead: (life: ReturnType<typeof lifeOf<Clients>>) => Promise<unknown>,
): Promise<Request[]> {
  const api = await startFakeApi(answers);
  const settings = { token: "t", apiEndpoint: api.url, httpRetryMax: 0 };
  try {
    await lead(lifeOf(resource, configure(settings, {})));
    return api.requests;
  } finally {
    await api.close();
  }
}
