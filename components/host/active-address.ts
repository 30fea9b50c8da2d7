import * as pulumi from "@pulumi/pulumi";

/**
 * A droplet's own address, once it is active. A provider that gave up waiting for a new droplet takes it as it is in the
 * next run: without this, names would go to a machine that never started.
 *
 * @throws pulumi.RunError with both ways out when the droplet is still new; the second lifts the protection first, which
 * nothing is lost by (a machine that never started holds no data) and which does no harm where there is none
 */
export function activeAddress({
  address,
  status,
  id,
  urn,
}: Readonly<Record<"address" | "status" | "id" | "urn", string>>): string {
  if (status !== "new") return address;
  throw new pulumi.RunError(
    `Droplet ${id} has not become active. If it has by now: pulumi up --refresh. If it never will, it holds nothing, so make another: pulumi state unprotect '${urn}' && pulumi up --replace '${urn}'`,
  );
}
