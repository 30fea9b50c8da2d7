import { list, object, string } from "../../framework/properties.ts";
import type { Resource } from "../../framework/resource.ts";
import type { Fields } from "../../framework/values.ts";
import { textOf } from "../../framework/values.ts";
import type { Clients } from "../clients.ts";
import { sameIgnoringCase } from "../formats.ts";
import { isSpacesError, locateBucket, spacesCall } from "../spaces.ts";
import { corsRuleFields, fromCorsRules, toCorsRules } from "./spaces-cors-rules.ts";

async function put({ spaces }: Clients, inputs: Fields): Promise<void> {
  const { PutBucketCorsCommand } = await import("@aws-sdk/client-s3");
  const Bucket = textOf(inputs.bucket);
  const client = await spaces(textOf(inputs.region));
  const CORSConfiguration = { CORSRules: toCorsRules(inputs.corsRules) };
  const command = new PutBucketCorsCommand({ Bucket, CORSConfiguration });
  await spacesCall(`set the CORS rules of bucket ${Bucket}`, client.send(command));
}

/** Which other sites may read a bucket; owns all of its rules. */
export const spacesBucketCorsConfiguration: Resource<Clients> = {
  token: "digitalocean:index/spacesBucketCorsConfiguration:SpacesBucketCorsConfiguration",
  inputs: {
    bucket: string({ required: true }),
    region: string({ required: true, replace: true, same: sameIgnoringCase }),
    corsRules: list(object(corsRuleFields(true)), { required: true }),
  },
  outputs: {},

  async create(clients, inputs) {
    await put(clients, inputs);
    return { id: textOf(inputs.bucket), state: {} };
  },

  async read({ spaces }, id, known) {
    const { GetBucketCorsCommand } = await import("@aws-sdk/client-s3");
    const { region, bucket } = locateBucket(id, known);
    const client = await spaces(region);
    try {
      const { CORSRules = [] } = await spacesCall(
        `read the CORS rules of bucket ${bucket}`,
        client.send(new GetBucketCorsCommand({ Bucket: bucket })),
      );
      return { id: bucket, state: { region, bucket, corsRules: fromCorsRules(CORSRules) } };
    } catch (error) {
      if (isSpacesError(error, "NoSuchBucket", "NoSuchCORSConfiguration", 404)) return undefined;
      throw error;
    }
  },

  async update(clients, id, _stored, inputs) {
    await put(clients, inputs);
    return { id, state: {} };
  },

  async delete({ spaces }, id, stored) {
    const { DeleteBucketCorsCommand } = await import("@aws-sdk/client-s3");
    const client = await spaces(textOf(stored.region));
    const command = new DeleteBucketCorsCommand({ Bucket: id });
    await spacesCall(`delete the CORS rules of bucket ${id}`, client.send(command)).catch((error) => {
      if (!isSpacesError(error, "NoSuchBucket", 404)) throw error;
    });
  },
};
