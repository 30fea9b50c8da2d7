import { boolean, set, string } from "../../framework/properties.ts";
import { collection } from "../collection.ts";

/** A probe from outside. */
export const uptimeCheck = collection({
  token: "digitalocean:index/uptimeCheck:UptimeCheck",
  inputs: {
    name: string({ autoName: {} }),
    target: string({ required: true }),
    type: string({ default: "https", oneOf: ["ping", "http", "https"] }),
    regions: set(string()),
    enabled: boolean({ default: true }),
  },
  outputs: {},
  path: "/v2/uptime/checks",
  envelope: "check",
});
