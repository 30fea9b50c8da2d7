import { z } from "zod";
import { Failure } from "../failure.ts";

const patienceMs = 30_000;
/** Most that one page holds: https://docs.digitalocean.com/reference/api/digitalocean/#section/Introduction/Links-and-Pagination */
const pageSize = 200;

const fault = z.object({ message: z.string() });
const paged = z.looseObject({
  links: z.object({ pages: z.object({ next: z.string().optional() }).optional() }).optional(),
});

/** DigitalOcean's API with the operator's own token: what an account holds, apart from what any stack knows of it. */
export class DigitalOceanApi {
  readonly #url: string;
  readonly #token: string;

  /**
   * @param variables of the process; `DIGITALOCEAN_API_URL` leads elsewhere than to the vendor, as in the sandbox
   * @throws Failure when there is no token
   */
  constructor(variables: NodeJS.ProcessEnv = process.env) {
    const { DIGITALOCEAN_TOKEN: token, DIGITALOCEAN_API_URL: url = "https://api.digitalocean.com" } =
      variables;
    if (!token)
      throw new Failure(
        "DIGITALOCEAN_TOKEN is not set, so the account cannot be read",
        "export DIGITALOCEAN_TOKEN; it needs to read everything, and to delete what is decommissioned",
      );
    this.#token = token;
    this.#url = url.replace(/\/$/, "");
  }

  /**
   * Every entry of a collection, over all pages.
   *
   * @param path such as `/v2/droplets`
   * @param key under which the answer has the entries
   */
  async list<Entry>(path: string, key: string, entry: z.ZodType<Entry>): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (let page = 1; ; page += 1) {
      const separator = path.includes("?") ? "&" : "?";
      const answer = paged.parse(
        await this.#ask("GET", `${path}${separator}page=${page}&per_page=${pageSize}`),
      );
      // The vendor leaves a collection out, or says null, where it is empty.
      entries.push(...z.array(entry).parse(answer[key] ?? []));
      if (answer.links?.pages?.next === undefined) return entries;
    }
  }

  /** One thing by itself; undefined when it is not there. */
  async get<Thing>(path: string, thing: z.ZodType<Thing>): Promise<Thing | undefined> {
    const answer = await this.#ask("GET", path);
    return answer === undefined ? undefined : thing.parse(answer);
  }

  async post<Thing>(path: string, body: object, thing: z.ZodType<Thing>): Promise<Thing> {
    const answer = await this.#ask("POST", path, body);
    if (answer === undefined) throw new Failure(`POST ${path}: it is not there`);
    return thing.parse(answer);
  }

  /** Deletes, also what is gone by now. */
  async delete(path: string): Promise<void> {
    await this.#ask("DELETE", path);
  }

  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    const what = `${method} ${path.split("?")[0]}`;
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
    }).catch((error: Error) => {
      throw new Failure(`DigitalOcean does not answer ${what}: ${error.message}`);
    });
    if (answer.status === 404) return undefined;
    const text = await answer.text();
    if (answer.ok) return text === "" ? {} : JSON.parse(text);
    const said = fault.safeParse(parsed(text));
    throw new Failure(
      `DigitalOcean answers ${what} with ${answer.status}: ${said.success ? said.data.message : "no reason given"}`,
      answer.status === 401 || answer.status === 403 ? "check DIGITALOCEAN_TOKEN and its scopes" : undefined,
    );
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
