/** The whole program, as it is, with another version of one vendor's provider. */
import * as pulumi from "@pulumi/pulumi";

const version = process.env.DIGITALOCEAN_PROVIDER_VERSION;
if (version === undefined) throw new Error("DIGITALOCEAN_PROVIDER_VERSION says which version to take");

pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
  type.startsWith("digitalocean:") ? { props, opts: { ...opts, version } } : undefined,
);
await import("../../../../index.ts");
