import * as pulumi from "@pulumi/pulumi";
import { rotatedName } from "../config/derive/rotated-name.ts";
import * as digitalocean from "./digitalocean.ts";

/** What a key to Spaces is called and opens. */
export interface SpacesKeyArgs {
  /** Its name in the account. */
  readonly keyName: string;
  readonly grants: { readonly bucket: pulumi.Input<string>; readonly permission: "read" | "readwrite" }[];
  /** How often it has been rotated: another number makes a new key, and then deletes the one before. @default 0 */
  readonly rotation?: number | undefined;
}

/** An access key to Spaces. */
export interface SpacesCredentials {
  /** Secret too, as far as it can be: DigitalOcean makes it the key's id as well, and ids are not. Alone it opens nothing. */
  readonly accessKey: pulumi.Output<string>;
  readonly secretKey: pulumi.Output<string>;
}

/** Makes a key to some buckets, as a part of whatever they belong to. */
export function spacesKey(
  name: string,
  { keyName, grants, rotation }: SpacesKeyArgs,
  parent: pulumi.Resource,
): SpacesCredentials {
  const key = new digitalocean.SpacesKey(
    rotatedName(name, rotation),
    { name: keyName, grants },
    { parent, additionalSecretOutputs: ["secretKey", "accessKey"] },
  );
  return { accessKey: pulumi.secret(key.accessKey), secretKey: pulumi.secret(key.secretKey) };
}
