import { isDeepStrictEqual } from "node:util";
import { string } from "../../framework/properties.ts";
import type { Resource } from "../../framework/resource.ts";
import type { Fields } from "../../framework/values.ts";
import { textOf } from "../../framework/values.ts";
import type { Clients } from "../clients.ts";
import { sameIgnoringCase } from "../formats.ts";
import { isSpacesError, locateBucket, spacesCall } from "../spaces.ts";

async function put({ spaces }: Clients, inputs: Fields): Promise<void> {
  const { PutBucketPolicyCommand } = await import("@aws-sdk/client-s3");
  const Bucket = textOf(inputs.bucket);
  const client = await spaces(textOf(inputs.region));
  const command = new PutBucketPolicyCommand({ Bucket, Policy: textOf(inputs.policy) });
  await spacesCall(`set the policy of bucket ${Bucket}`, client.send(command));
}

/** Two policies are the same when they say the same, whatever the spacing and the order of keys. */
function samePolicy(stored: string, declared: string): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(stored), JSON.parse(declared));
  } catch {
    return stored === declared;
  }
}

/** Who may do what with a bucket. A Deny for everyone locks out the key that manages it too. */
export const spacesBucketPolicy: Resource<Clients> = {
  token: "digitalocean:index/spacesBucketPolicy:SpacesBucketPolicy",
  inputs: {
    bucket: string({ required: true, replace: true }),
    region: string({ required: true, replace: true, same: sameIgnoringCase }),
    policy: string({ required: true, same: samePolicy }),
  },
  outputs: {},

  async create(clients, inputs) {
    await put(clients, inputs);
    return { id: textOf(inputs.bucket), state: {} };
  },

  async read({ spaces }, id, known) {
    const { GetBucketPolicyCommand } = await import("@aws-sdk/client-s3");
    const { region, bucket } = locateBucket(id, known);
    const client = await spaces(region);
    try {
      const { Policy } = await spacesCall(
        `read the policy of bucket ${bucket}`,
        client.send(new GetBucketPolicyCommand({ Bucket: bucket })),
      );
      return Policy === undefined ? undefined : { id: bucket, state: { region, bucket, policy: Policy } };
    } catch (error) {
      if (isSpacesError(error, "NoSuchBucket", "NoSuchBucketPolicy", 404)) return undefined;
      throw error;
    }
  },

  async update(clients, id, _stored, inputs) {
    await put(clients, inputs);
    return { id, state: {} };
  },

  async delete({ spaces }, id, stored) {
    const { DeleteBucketPolicyCommand } = await import("@aws-sdk/client-s3");
    const client = await spaces(textOf(stored.region));
    const command = new DeleteBucketPolicyCommand({ Bucket: id });
    await spacesCall(`delete the policy of bucket ${id}`, client.send(command)).catch((error) => {
      if (!isSpacesError(error, "NoSuchBucket", 404)) throw error;
    });
  },
};
