import { boolean, string } from "../../framework/properties.ts";
import { collection } from "../collection.ts";
import { sameIgnoringCase, shownTime } from "../formats.ts";

/** A private network. Members must be gone before it can be deleted. */
export const vpc = collection({
  token: "digitalocean:index/vpc:Vpc",
  inputs: {
    name: string({ autoName: {} }),
    region: string({ required: true, replace: true, same: sameIgnoringCase }),
    description: string(),
    ipRange: string({ computed: true, replace: true }),
  },
  outputs: {
    createdAt: string({ wire: false }),
    default: boolean(),
    vpcUrn: string({ wire: "urn" }),
  },
  path: "/v2/vpcs",
  envelope: "vpc",
  updateBody: ({ name, description }, stored) => ({
    name: String(name),
    description: String(description ?? ""),
    default: stored.default === true,
  }),
  state: (answer) => ({ createdAt: shownTime(answer.created_at) }),
  busyOnDelete: { statuses: [403, 409], milliseconds: 2 * 60 * 1000 },
});
