import { list, object, string } from "../../framework/properties.ts";
import { collection } from "../collection.ts";

/** A Spaces key. Stateful: its secret is told once, at creation, and lives in the stack's state alone. */
export const spacesKey = collection({
  token: "digitalocean:index/spacesKey:SpacesKey",
  inputs: {
    name: string({ autoName: {} }),
    grants: list(object({ bucket: string({ wire: "bucket" }), permission: string({ required: true }) })),
  },
  outputs: {
    accessKey: string(),
    secretKey: string({ secret: true }),
    createdAt: string(),
  },
  importable: false,
  path: "/v2/spaces/keys",
  envelope: "key",
  idField: "access_key",
});
