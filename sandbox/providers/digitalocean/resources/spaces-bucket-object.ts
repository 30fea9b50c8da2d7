import { readFile } from "node:fs/promises";
import type { CheckFailure } from "../../framework/check.ts";
import { boolean, map, string } from "../../framework/properties.ts";
import type { Live, Resource } from "../../framework/resource.ts";
import type { Fields } from "../../framework/values.ts";
import { fieldsOf, isEqual, textOf } from "../../framework/values.ts";
import type { Clients } from "../clients.ts";
import { sameIgnoringCase } from "../formats.ts";
import { isSpacesError, spacesCall } from "../spaces.ts";
import { emptyBucket } from "./spaces-emptying.ts";

type Acl = "private" | "public-read";

/** One object of a bucket. */
export const spacesBucketObject: Resource<Clients> = {
  token: "digitalocean:index/spacesBucketObject:SpacesBucketObject",
  importable: false,
  inputs: {
    region: string({ required: true, replace: true, same: sameIgnoringCase }),
    bucket: string({ required: true, replace: true }),
    key: string({ required: true, replace: true }),
    acl: string({ default: "private", oneOf: ["private", "public-read"] }),
    cacheControl: string(),
    content: string(),
    contentBase64: string(),
    contentDisposition: string(),
    contentEncoding: string(),
    contentLanguage: string(),
    contentType: string({ computed: true }),
    etag: string({ computed: true }),
    forceDestroy: boolean({ default: false }),
    metadata: map(string()),
    source: string(),
    websiteRedirect: string(),
  },
  outputs: { versionId: string() },
  validate,
  changedOutputs: (stored, declared) =>
    declared.etag !== undefined && stored.etag !== declared.etag ? ["versionId"] : [],

  create: (clients, inputs) => put(clients, inputs),
  read: (clients, _id, known) => find(clients, known),

  async update(clients, id, stored, inputs) {
    const settings = Object.keys(this.inputs).filter((name) => name !== "acl" && name !== "forceDestroy");
    if (settings.some((name) => inputs[name] !== undefined && !isEqual(stored[name], inputs[name]))) {
      return put(clients, inputs);
    }
    if (stored.acl !== inputs.acl) {
      const { PutObjectAclCommand } = await import("@aws-sdk/client-s3");
      const client = await clients.spaces(textOf(inputs.region));
      const where = { Bucket: textOf(inputs.bucket), Key: id, ACL: textOf(inputs.acl) as Acl };
      await spacesCall(`set the ACL of object ${id}`, client.send(new PutObjectAclCommand(where)));
    }
    return (await find(clients, inputs)) ?? put(clients, inputs);
  },

  async delete({ spaces }, id, stored) {
    const { DeleteObjectCommand } = await import("@aws-sdk/client-s3");
    const Bucket = textOf(stored.bucket);
    const client = await spaces(textOf(stored.region));
    if (stored.versionId) await emptyBucket(client, Bucket, id);
    else await spacesCall(`delete object ${id}`, client.send(new DeleteObjectCommand({ Bucket, Key: id })));
  },
};

function validate(inputs: Fields): CheckFailure[] {
  const given = ["source", "content", "contentBase64"].filter((name) => inputs[name] !== undefined);
  const several =
    given.length > 1 ? [{ property: "content", reason: `Give only one of ${given.join(", ")}` }] : [];
  const upper = Object.keys(fieldsOf(inputs.metadata)).filter((key) => key !== key.toLowerCase());
  return [
    ...several,
    ...upper.map((key) => ({ property: "metadata", reason: `Metadata must be lower case; "${key}" is not` })),
  ];
}

async function put(clients: Clients, inputs: Fields): Promise<Live> {
  const { PutObjectCommand } = await import("@aws-sdk/client-s3");
  const Key = textOf(inputs.key);
  const client = await clients.spaces(textOf(inputs.region));
  const optional = (name: string, property: string) =>
    inputs[property] === undefined ? {} : { [name]: textOf(inputs[property]) };
  const metadata = Object.entries(fieldsOf(inputs.metadata)).map(([key, value]) => [key, textOf(value)]);
  const command = new PutObjectCommand({
    Bucket: textOf(inputs.bucket),
    Key,
    ACL: textOf(inputs.acl) as Acl,
    Body: await bodyOf(inputs),
    ...optional("CacheControl", "cacheControl"),
    ...optional("ContentType", "contentType"),
    ...optional("ContentEncoding", "contentEncoding"),
    ...optional("ContentLanguage", "contentLanguage"),
    ...optional("ContentDisposition", "contentDisposition"),
    ...optional("WebsiteRedirectLocation", "websiteRedirect"),
    ...(metadata.length > 0 ? { Metadata: Object.fromEntries(metadata) } : {}),
  });
  await spacesCall(`write object ${Key}`, client.send(command));
  return (await find(clients, inputs)) ?? { id: Key, state: {} };
}

async function bodyOf({ source, content, contentBase64 }: Fields): Promise<Uint8Array> {
  if (source !== undefined) return readFile(textOf(source));
  return contentBase64 === undefined
    ? Buffer.from(textOf(content))
    : Buffer.from(textOf(contentBase64), "base64");
}

async function find({ spaces }: Clients, known: Fields): Promise<Live | undefined> {
  const { HeadObjectCommand } = await import("@aws-sdk/client-s3");
  const Key = textOf(known.key);
  const client = await spaces(textOf(known.region));
  try {
    const found = await spacesCall(
      `find object ${Key}`,
      client.send(new HeadObjectCommand({ Bucket: textOf(known.bucket), Key })),
    );
    return {
      id: Key,
      state: {
        cacheControl: found.CacheControl,
        contentDisposition: found.ContentDisposition,
        contentEncoding: found.ContentEncoding,
        contentLanguage: found.ContentLanguage,
        contentType: found.ContentType,
        metadata: found.Metadata,
        websiteRedirect: found.WebsiteRedirectLocation,
        etag: (found.ETag ?? "").replaceAll('"', ""),
        versionId: found.VersionId ?? "",
      },
    };
  } catch (error) {
    if (isSpacesError(error, "NotFound", "NoSuchKey", "NoSuchBucket", 404)) return undefined;
    throw error;
  }
}
