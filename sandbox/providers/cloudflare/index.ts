import type { Provider } from "../framework/resource.ts";
import { sdkVersion } from "../versions.ts";
import type { Api } from "./clients.ts";
import { configure } from "./clients.ts";
import { dnsRecord } from "./resources/dns-record.ts";
import { zone } from "./resources/zone.ts";

/** The stand-in for the Cloudflare provider. */
export const cloudflare: Provider<Api> = {
  name: "cloudflare",
  version: sdkVersion("cloudflare"),
  secretConfiguration: ["apiToken"],
  configure: (settings) => configure(settings, process.env),
  resources: [dnsRecord, zone],
  lookups: [],
};
