import * as pulumi from "@pulumi/pulumi";

/**
 * A droplet's own address, once it is active. A provider that gave up waiting for a new droplet takes it as it is in the
 * next run: without this, names would go to a machine that never started.
 *
 * @throws pulumi.RunError with both ways out when the droplet is still new
 */
export function activeAddress({
  address,
  status,
  id,
  urn,
}: Readonly<Record<"address" | "status" | "id" | "urn", string>>): string {
  if (status !== "new") return address;
  throw new pulumi.RunError(
    `Droplet ${id} has not become active. If it has by now: pulumi up --refresh. If it never will, make another: pulumi up --replace '${urn}'`,
  );
}
