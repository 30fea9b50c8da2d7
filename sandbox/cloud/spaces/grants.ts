import type { Cloud } from "../core/cloud.ts";
import type { SpacesKey } from "../digitalocean/records.ts";
import { type Address, addressOf } from "./addressing.ts";
import { accessDenied, S3Error } from "./errors.ts";

/** Who may do what. */
export interface Holder {
  secret: string;
  /** Undefined for the account's own key, which may do everything. */
  grants: SpacesKey["grants"] | undefined;
}

/** The holder of an access key, or S3's answer to an unknown one. A deleted key is unknown at once. */
export function holderOf(cloud: Cloud, accessKey: string): Holder {
  if (accessKey === cloud.credentials.spacesAccessKeyId) {
    return { secret: cloud.credentials.spacesSecretAccessKey, grants: undefined };
  }
  const key = cloud.state.spacesKeys.get(accessKey);
  if (key) return { secret: cloud.sealer.open(key.secret_key), grants: key.grants };
  throw new S3Error(
    403,
    "InvalidAccessKeyId",
    "The access key ID you provided does not exist in our records.",
  );
}

type Need = "read" | "write" | "full";

/** Refuses what the key's grants do not cover. */
export function checkGrants(
  holder: Holder,
  method: string,
  address: Address,
  copySource: string | undefined,
): void {
  const { grants } = holder;
  if (grants === undefined || grants.some((grant) => grant.permission === "fullaccess")) return;
  if (!covers(grants, address.bucket, needOf(method, address))) throw accessDenied();
  if (copySource === undefined) return;
  const source = addressOf("localhost", copySource.startsWith("/") ? copySource : `/${copySource}`);
  if (!covers(grants, source.bucket, "read")) throw accessDenied();
}

function covers(grants: SpacesKey["grants"], bucket: string, need: Need): boolean {
  const permission = grants.find((grant) => grant.bucket === bucket)?.permission;
  if (need === "full" || bucket === "") return false;
  return permission === "readwrite" || (permission === "read" && need === "read");
}

/** Listing buckets, making and configuring them is for the account; a grant is about what lies in a bucket. */
function needOf(method: string, address: Address): Need {
  if (method === "GET" || method === "HEAD") return "read";
  if (address.key !== "") return "write";
  return method === "POST" && address.query.has("delete") ? "write" : "full";
}
