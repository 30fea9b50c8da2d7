import type { CheckFailure } from "../../framework/check.ts";
import type { Change } from "../../framework/diff.ts";
import { number, string } from "../../framework/properties.ts";
import type { Fields } from "../../framework/values.ts";
import { textOf } from "../../framework/values.ts";
import type { JsonObject } from "../../framework/wire.ts";
import { jsonText } from "../../framework/wire.ts";
import { collection } from "../collection.ts";
import { splitImportId } from "../import-ids.ts";

const NEEDS: { [type: string]: string[] } = {
  MX: ["priority"],
  SRV: ["priority", "weight", "port"],
  CAA: ["flags", "tag"],
};
const TYPES_NAMING_HOSTS = ["CNAME", "MX", "NS", "SRV", "CAA"];

/** One record of a DNS zone. */
export const dnsRecord = collection({
  token: "digitalocean:index/dnsRecord:DnsRecord",
  inputs: {
    domain: string({ required: true, replace: true, wire: false }),
    type: string({
      required: true,
      replace: true,
      oneOf: ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "TXT", "SRV", "SOA"],
    }),
    name: string({ autoName: {} }),
    value: string({ required: true, wire: "data" }),
    ttl: number({ computed: true }),
    port: number(),
    priority: number(),
    weight: number(),
    flags: number(),
    tag: string(),
  },
  outputs: { fqdn: string({ wire: false }) },
  path: ({ domain }) => `/v2/domains/${encodeURIComponent(textOf(domain))}/records`,
  envelope: "domain_record",
  validate,
  refineChanges,
  state: (answer, known) => ({
    value: shownValue(answer),
    fqdn: fqdnOf(jsonText(answer.name), textOf(known.domain)),
  }),
  parseImportId: (given) => {
    const [domain, id] = splitImportId(given, "<domain>,<record id>");
    return { id, known: { domain } };
  },
});

function validate(inputs: Fields): CheckFailure[] {
  const { type } = inputs;
  return (NEEDS[textOf(type)] ?? [])
    .filter((name) => inputs[name] === undefined)
    .map((name) => ({ property: name, reason: `"${name}" is required for records of type ${textOf(type)}` }));
}

/** The API takes host names with or without the zone; neither spelling is a change of the other. */
function refineChanges(changes: Change[], stored: Fields, declared: Fields): Change[] {
  const zone = `${textOf(declared.domain)}.`;
  const storedName = textOf(stored.name);
  const declaredName = textOf(declared.name);
  const storedValue = textOf(stored.value);
  const declaredValue = textOf(declared.value);
  const sameName = (storedName === "@" && declaredName === zone) || `${storedName}.${zone}` === declaredName;
  const sameValue =
    (storedValue === "@" && declaredValue === zone) || storedValue === `${declaredValue}.${zone}`;
  return changes.filter(
    ({ path: [name] }) => !((name === "name" && sameName) || (name === "value" && sameValue)),
  );
}

/** The official provider ends host names with a dot, which the API leaves off. */
function shownValue(answer: JsonObject): string {
  const data = jsonText(answer.data);
  const namesHost = TYPES_NAMING_HOSTS.includes(jsonText(answer.type));
  return namesHost && data !== "@" && answer.tag !== "iodef" && !data.endsWith(".") ? `${data}.` : data;
}

function fqdnOf(name: string, domain: string): string {
  if (name === "@") return domain;
  const lower = name.toLowerCase();
  return lower.endsWith(`${domain}.`) ? lower.slice(0, -1) : `${name}.${domain}`;
}
