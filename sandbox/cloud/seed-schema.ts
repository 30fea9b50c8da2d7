import { z } from "zod";
import { list } from "./core/validation.ts";
import { AppSpec } from "./digitalocean/apps/spec.ts";

const Id = z.uuid();
const Account = z.strictObject({
  uuid: Id.optional(),
  email: z.email().optional(),
  name: z.string().optional(),
  team: z.strictObject({ uuid: Id, name: z.string() }).optional(),
  droplet_limit: z.int().optional(),
  reserved_ip_limit: z.int().optional(),
  volume_limit: z.int().optional(),
});
const Project = z.strictObject({
  id: Id,
  name: z.string(),
  description: z.string().default(""),
  purpose: z.string(),
  environment: z.string().default(""),
  is_default: z.boolean().default(false),
  resources: list(z.string()),
});
const Vpc = z.strictObject({
  id: Id,
  name: z.string(),
  region: z.string(),
  ip_range: z.string(),
  description: z.string().default(""),
  default: z.boolean().default(false),
});
const SshKey = z.strictObject({ id: z.int().optional(), name: z.string(), public_key: z.string() });
const Droplet = z.strictObject({
  id: z.int(),
  name: z.string(),
  region: z.string(),
  size: z.string(),
  /** In GiB, where an old droplet has another disk than its size has today. */
  disk: z.int().optional(),
  image: z.string(),
  vpc: z.string().describe("the name of the VPC"),
  public_ipv4: z.ipv4(),
  private_ipv4: z.ipv4().optional(),
  tags: list(z.string()),
  ssh_keys: list(z.string()),
  monitoring: z.boolean().default(false),
  created_at: z.iso.datetime(),
  /** Services that ran on it in containers before; only `up --old-software` puts them there. */
  runs: list(z.string()),
  /** What still was on it and no service goes on with; the same puts it there. */
  left_behind: list(z.string()),
});
const Volume = z.strictObject({
  id: Id,
  name: z.string(),
  region: z.string(),
  size_gigabytes: z.int(),
  description: z.string().default(""),
  filesystem_type: z.string().default("ext4"),
  droplet_ids: list(z.int()),
  tags: list(z.string()),
  created_at: z.iso.datetime(),
});
const Firewall = z.looseObject({ id: Id, name: z.string() });
const Registry = z.strictObject({ name: z.string(), region: z.string(), subscription_tier_slug: z.string() });
const Domain = z.strictObject({
  name: z.string(),
  records: list(z.looseObject({ type: z.string(), name: z.string() })),
});
const App = z.strictObject({
  id: Id,
  spec: AppSpec,
  /** The host name that App Platform gave the app, when it has ever been live. */
  ingress_host: z.string().nullable(),
  state: z.enum(["live", "failed"]),
  created_at: z.iso.datetime(),
});

/** An account as it is before anything is run against it. */
export const Seed = z.strictObject({
  name: z.string().min(1),
  description: z.string().default(""),
  account: Account.optional(),
  projects: list(Project),
  tags: list(z.string()),
  /** Name of the key whose private half the account's operator has. */
  operator_key: z.string().optional(),
  ssh_keys: list(SshKey),
  vpcs: list(Vpc),
  droplets: list(Droplet),
  volumes: list(Volume),
  firewalls: list(Firewall),
  registry: Registry.optional(),
  domains: list(Domain),
  apps: list(App),
});

export type Seed = z.output<typeof Seed>;
