import { number, string } from "../../framework/properties.ts";
import { collection } from "../collection.ts";

/** A DNS zone. Stateful: deleting it deletes every record in it. */
export const domain = collection({
  token: "digitalocean:index/domain:Domain",
  inputs: {
    name: string({ required: true, replace: true }),
    ipAddress: string({ replace: true }),
  },
  outputs: {
    domainUrn: string({ wire: false }),
    ttl: number(),
  },
  path: "/v2/domains",
  envelope: "domain",
  idField: "name",
  updateBody: false,
  state: ({ name }) => ({ domainUrn: `do:domain:${name}` }),
});
