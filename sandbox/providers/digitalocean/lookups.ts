import { Failure } from "../framework/errors.ts";
import type { Operation } from "../framework/operation.ts";
import type { Properties } from "../framework/properties.ts";
import { boolean, list, number, string } from "../framework/properties.ts";
import type { Lookup } from "../framework/resource.ts";
import type { Fields, Value } from "../framework/values.ts";
import { fieldsOf, isFields, listOf, textOf, textsOf } from "../framework/values.ts";
import type { JsonObject } from "../framework/wire.ts";
import { fromWire, jsonList, jsonObject, snakeCase } from "../framework/wire.ts";
import type { Api, Clients } from "./clients.ts";
import { stateOf } from "./resources/droplet-form.ts";

const PAGE_SIZE = 200;

/** Every object of a collection, page after page. */
async function all(api: Api, path: string, key: string, operation: Operation): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await api("GET", `${path}?page=${page}&per_page=${PAGE_SIZE}`, operation);
    const items = jsonList(answer[key]).map(jsonObject);
    found.push(...items);
    if (items.length < PAGE_SIZE) return found;
  }
}

const region: Properties = {
  slug: string(),
  name: string(),
  available: boolean(),
  features: list(string()),
  sizes: list(string()),
};

const size: Properties = {
  slug: string(),
  available: boolean(),
  disk: number(),
  memory: number(),
  vcpus: number(),
  transfer: number(),
  priceHourly: number(),
  priceMonthly: number(),
  regions: list(string()),
};

/** Keeps the items that every filter lets through, in the order asked for. */
function arrange(items: Fields[], inputs: Fields): Fields[] {
  const filters = listOf(inputs.filters).filter(isFields);
  const sorts = listOf(inputs.sorts).filter(isFields);
  const property = (name: unknown): string =>
    String(name).replace(/_[a-z]/g, (match) => match.slice(1).toUpperCase());
  const passes = (item: Fields, { key, values, all: every, matchBy }: Fields): boolean => {
    const value = item[property(key)];
    const held = Array.isArray(value) ? value.map(String) : [String(value)];
    const matches = (wanted: string): boolean =>
      held.some((candidate) => {
        if (matchBy === "re") return new RegExp(wanted).test(candidate);
        return matchBy === "substring" ? candidate.includes(wanted) : candidate === wanted;
      });
    const wanted = textsOf(values);
    return every === true ? wanted.every(matches) : wanted.some(matches);
  };
  const kept = items.filter((item) => filters.every((filter) => passes(item, filter)));
  return kept.toSorted((left, right) => {
    for (const { key, direction } of sorts) {
      const order = compare(left[property(key)], right[property(key)]);
      if (order !== 0) return direction === "desc" ? -order : order;
    }
    return 0;
  });
}

function compare(left: Value | undefined, right: Value | undefined): number {
  return typeof left === "number" && typeof right === "number"
    ? left - right
    : textOf(left).localeCompare(textOf(right));
}

const lookup = (name: string, read: (api: Api, inputs: Fields, operation: Operation) => Promise<Fields>) => ({
  token: `digitalocean:index/${name}:${name}`,
  read: ({ api }: Clients, inputs: Fields, operation: Operation) => read(api, inputs, operation),
});

async function byName(api: Api, path: string, key: string, inputs: Fields, operation: Operation) {
  const named = (await all(api, path, key, operation)).filter((item) => item.name === inputs.name);
  const [found] = named;
  if (found === undefined || named.length > 1) {
    throw new Failure(
      `${named.length === 0 ? "Nothing" : "More than one thing"} at ${path} has the name ${textOf(inputs.name)}.`,
    );
  }
  return found;
}

/** The data sources a stack may want. */
export const lookups: Lookup<Clients>[] = [
  lookup("getAccount", async (api, _inputs, operation) => {
    const account = jsonObject((await api("GET", "/v2/account", operation)).account);
    const names = [
      "dropletLimit",
      "email",
      "emailVerified",
      "floatingIpLimit",
      "status",
      "statusMessage",
      "uuid",
    ];
    const found = Object.fromEntries(names.map((name) => [name, account[snakeCase(name)] ?? ""]));
    return { ...(found as Fields), id: String(account.uuid) };
  }),
  lookup("getDomain", async (api, inputs, operation) => {
    const name = textOf(inputs.name);
    const domain = jsonObject((await api("GET", `/v2/domains/${name}`, operation)).domain);
    const answer = fromWire({ name: string(), ttl: number(), zoneFile: string() }, domain);
    return { ...answer, domainUrn: `do:domain:${name}`, id: name };
  }),
  lookup("getDroplet", async (api, inputs, operation) => {
    const found =
      inputs.id === undefined
        ? await byName(api, "/v2/droplets", "droplets", inputs, operation)
        : jsonObject((await api("GET", `/v2/droplets/${textOf(inputs.id)}`, operation)).droplet);
    const { dropletUrn, ...state } = stateOf(found);
    const image = jsonObject(found.image);
    return { ...state, urn: dropletUrn, id: Number(found.id), image: String(image.slug ?? image.id) };
  }),
  lookup("getRegion", async (api, inputs, operation) => {
    const regions = await all(api, "/v2/regions", "regions", operation);
    const found = regions.find(({ slug }) => slug === inputs.slug);
    if (found === undefined) throw new Failure(`DigitalOcean has no region ${textOf(inputs.slug)}.`);
    return { ...fromWire(region, found), id: textOf(inputs.slug) };
  }),
  lookup("getRegions", async (api, inputs, operation) => {
    const regions = (await all(api, "/v2/regions", "regions", operation)).map((item) =>
      fromWire(region, item),
    );
    return { ...inputs, regions: arrange(regions, inputs), id: "regions" };
  }),
  lookup("getSizes", async (api, inputs, operation) => {
    const sizes = (await all(api, "/v2/sizes", "sizes", operation)).map((item) => fromWire(size, item));
    return { ...inputs, sizes: arrange(sizes, inputs), id: "sizes" };
  }),
  lookup("getSshKey", async (api, inputs, operation) => {
    const key = await byName(api, "/v2/account/keys", "ssh_keys", inputs, operation);
    const answer = fromWire({ name: string(), fingerprint: string(), publicKey: string() }, key);
    return { ...fieldsOf(answer), id: Number(key.id) };
  }),
];
