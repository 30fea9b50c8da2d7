import type { CORSRule, S3Client } from "@aws-sdk/client-s3";
import { Failure, finishing } from "../../framework/errors.ts";
import { boolean, list, object, string } from "../../framework/properties.ts";
import type { Resource } from "../../framework/resource.ts";
import type { Fields } from "../../framework/values.ts";
import { fieldsOf, isEqual, listOf, textOf } from "../../framework/values.ts";
import type { Clients } from "../clients.ts";
import { sameIgnoringCase } from "../formats.ts";
import { isSpacesError, locateBucket, spacesCall } from "../spaces.ts";
import { corsRuleFields, toCorsRules } from "./spaces-cors-rules.ts";
import { emptyBucket } from "./spaces-emptying.ts";
import { fromLifecycleRules, lifecycleRule, toLifecycleRules } from "./spaces-lifecycle.ts";

const HOST = "digitaloceanspaces.com";

/** A bucket. Stateful: it is only deleted with things in it when `forceDestroy` says so. */
export const spacesBucket: Resource<Clients> = {
  token: "digitalocean:index/spacesBucket:SpacesBucket",
  inputs: {
    // As in the official provider, a new name is no replacement: it is a change that fails.
    name: string({ autoName: {} }),
    region: string({ default: "nyc3", replace: true, same: sameIgnoringCase }),
    acl: string({ default: "private" }),
    corsRules: list(object(corsRuleFields(false))),
    forceDestroy: boolean({ default: false }),
    lifecycleRules: list(lifecycleRule),
    versioning: object({ enabled: boolean({ default: false }) }),
  },
  outputs: { bucketDomainName: string(), bucketUrn: string(), endpoint: string() },

  async create({ spaces }, inputs, operation) {
    const { CreateBucketCommand } = await import("@aws-sdk/client-s3");
    const name = textOf(inputs.name);
    const client = await spaces(textOf(inputs.region));
    const ACL = textOf(inputs.acl) as "private" | "public-read";
    await spacesCall(
      `create bucket ${name}`,
      client.send(new CreateBucketCommand({ Bucket: name, ACL }), { abortSignal: operation.signal }),
    );
    return finishing(name, inputs, async () => {
      // The ACL a second time: the official provider sets it after every creation.
      await changeSettings(client, name, {}, inputs);
      return { id: name, state: await stateOf(client, name, inputs) };
    });
  },

  async read({ spaces }, id, known) {
    const isImport = Object.keys(known).length === 0;
    const { region, bucket: name } = locateBucket(id, known);
    const client = await spaces(region);
    const imported = isImport ? { acl: "private", forceDestroy: false } : {};
    try {
      return {
        id: name,
        state: { ...imported, ...(await stateOf(client, name, { ...known, name, region })) },
      };
    } catch (error) {
      if (isSpacesError(error, "NoSuchBucket", "NotFound", 404)) return undefined;
      throw error;
    }
  },

  async update({ spaces }, id, stored, inputs) {
    if (inputs.name !== id) {
      throw new Failure(
        `A bucket cannot be renamed: ${id} would have to become ${textOf(inputs.name)}. Make a second one.`,
      );
    }
    const client = await spaces(textOf(inputs.region));
    await changeSettings(client, id, stored, inputs);
    return { id, state: await stateOf(client, id, inputs) };
  },

  async delete({ spaces }, id, stored) {
    const { DeleteBucketCommand } = await import("@aws-sdk/client-s3");
    const client = await spaces(textOf(stored.region));
    const remove = () =>
      spacesCall(`delete bucket ${id}`, client.send(new DeleteBucketCommand({ Bucket: id })));
    try {
      await remove();
    } catch (error) {
      if (isSpacesError(error, "NoSuchBucket", 404)) return;
      if (!isSpacesError(error, "BucketNotEmpty") || stored.forceDestroy !== true) throw error;
      await emptyBucket(client, id);
      await remove();
    }
  },
};

async function changeSettings(client: S3Client, name: string, stored: Fields, inputs: Fields): Promise<void> {
  const s3 = await import("@aws-sdk/client-s3");
  const changed = (property: string): boolean => !isEqual(stored[property], inputs[property]);
  if (changed("acl")) {
    const ACL = textOf(inputs.acl) as "private" | "public-read";
    await spacesCall(
      `set the ACL of bucket ${name}`,
      client.send(new s3.PutBucketAclCommand({ Bucket: name, ACL })),
    );
  }
  if (changed("corsRules")) {
    const CORSRules: CORSRule[] = toCorsRules(inputs.corsRules);
    const call =
      CORSRules.length === 0
        ? client.send(new s3.DeleteBucketCorsCommand({ Bucket: name }))
        : client.send(new s3.PutBucketCorsCommand({ Bucket: name, CORSConfiguration: { CORSRules } }));
    await spacesCall(`set the CORS rules of bucket ${name}`, Promise.resolve<unknown>(call));
  }
  if (changed("versioning") && !(stored.versioning === undefined && !isVersioned(inputs))) {
    const VersioningConfiguration = { Status: isVersioned(inputs) ? "Enabled" : "Suspended" } as const;
    const command = new s3.PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration });
    await spacesCall(`set the versioning of bucket ${name}`, client.send(command));
  }
  if (changed("lifecycleRules")) {
    const Rules = toLifecycleRules(inputs.lifecycleRules);
    const LifecycleConfiguration = { Rules };
    const call =
      Rules.length === 0
        ? client.send(new s3.DeleteBucketLifecycleCommand({ Bucket: name }))
        : client.send(
            new s3.PutBucketLifecycleConfigurationCommand({ Bucket: name, LifecycleConfiguration }),
          );
    await spacesCall(`set the lifecycle rules of bucket ${name}`, Promise.resolve<unknown>(call));
  }
}

const isVersioned = (inputs: Fields): boolean => fieldsOf(inputs.versioning).enabled === true;

async function stateOf(client: S3Client, name: string, known: Fields): Promise<Fields> {
  const s3 = await import("@aws-sdk/client-s3");
  const Bucket = name;
  await spacesCall(`find bucket ${name}`, client.send(new s3.HeadBucketCommand({ Bucket })));
  const location = await spacesCall(
    `ask where bucket ${name} is`,
    client.send(new s3.GetBucketLocationCommand({ Bucket })),
  );
  // An S3 server of another make says nothing of where a bucket is; then the declared region stands.
  const region = location.LocationConstraint || textOf(known.region);
  const versioning = await spacesCall(
    `read the versioning of bucket ${name}`,
    client.send(new s3.GetBucketVersioningCommand({ Bucket })),
  );
  const lifecycleRules = await spacesCall(
    `read the lifecycle rules of bucket ${name}`,
    client.send(new s3.GetBucketLifecycleConfigurationCommand({ Bucket })).then(
      ({ Rules = [] }) => fromLifecycleRules(Rules, listOf(known.lifecycleRules)),
      (error) => {
        if (isSpacesError(error, "NoSuchLifecycleConfiguration")) return [];
        throw error;
      },
    ),
  );
  return {
    name,
    region,
    versioning: { enabled: versioning.Status === "Enabled" },
    lifecycleRules,
    bucketDomainName: `${name}.${region}.${HOST}`,
    bucketUrn: `do:space:${name}`,
    endpoint: `${region}.${HOST}`,
  };
}
