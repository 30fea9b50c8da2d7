/** The records that the DigitalOcean side keeps. They use the vendor's field names, so that state reads like the API. */

export interface Account {
  uuid: string;
  email: string;
  name: string;
  team: { uuid: string; name: string };
  droplet_limit: number;
  reserved_ip_limit: number;
  volume_limit: number;
}

export interface SshKey {
  id: number;
  name: string;
  fingerprint: string;
  public_key: string;
}

export interface Vpc {
  id: string;
  name: string;
  description: string;
  region: string;
  ip_range: string;
  default: boolean;
  created_at: string;
}

export interface BackupPolicy {
  plan: "daily" | "weekly";
  weekday?: string | undefined;
  hour: number;
}

export interface Droplet {
  id: number;
  name: string;
  region: string;
  size_slug: string;
  vcpus: number;
  memory: number;
  disk: number;
  image: number;
  status: "new" | "active" | "off";
  created_at: string;
  tags: string[];
  vpc_uuid: string;
  public_ipv4: string | null;
  private_ipv4: string;
  public_ipv6: string | null;
  ssh_keys: number[];
  monitoring: boolean;
  droplet_agent: boolean;
  backup_policy: BackupPolicy | null;
  /** Sealed: user data is where people put secrets. */
  user_data: string | null;
}

/** What an action does when its time has come. */
export type Effect =
  | { kind: "droplet-active" }
  | { kind: "droplet-off" }
  | { kind: "droplet-rename"; name: string }
  | { kind: "droplet-resize"; size: string; disk: boolean }
  | { kind: "droplet-rebuild"; image: number }
  | { kind: "droplet-ipv6" }
  | { kind: "droplet-backups"; policy: BackupPolicy | null }
  | { kind: "droplet-snapshot"; name: string; snapshot: string }
  | { kind: "volume-attach"; volume: string }
  | { kind: "volume-detach"; volume: string }
  | { kind: "volume-resize"; volume: string; size: number }
  | { kind: "reserved-ip-assign"; ip: string }
  | { kind: "reserved-ip-unassign"; ip: string }
  | { kind: "none" };

export interface Action {
  id: number;
  type: string;
  status: "in-progress" | "completed" | "errored";
  /** Why it ended in an error. The vendor does not say; the sandbox does, in its own inventory. */
  error?: string;
  started_at: string;
  completed_at: string | null;
  resource_type: "droplet" | "volume" | "reserved_ip";
  resource_id: number | null;
  /** The volume or address the action is about, where that has no number. */
  subject: string;
  /** The droplet that is busy while the action runs. */
  droplet_id: number | null;
  region: string;
  /** When it completes; null for one that is stuck for ever. */
  due_at: number | null;
  effect: Effect;
}

export interface Volume {
  id: string;
  name: string;
  region: string;
  size_gigabytes: number;
  description: string;
  filesystem_type: string;
  filesystem_label: string;
  created_at: string;
  tags: string[];
  droplet_ids: number[];
}

export interface Snapshot {
  id: string;
  name: string;
  resource_id: string;
  resource_type: "droplet" | "volume";
  regions: string[];
  min_disk_size: number;
  size_gigabytes: number;
  created_at: string;
  tags: string[];
  /** The public image a droplet snapshot descends from. */
  distribution: string;
}

export interface ReservedIp {
  ip: string;
  region: string;
  droplet_id: number | null;
  project_id: string;
}

export interface FirewallTargets {
  addresses?: string[] | undefined;
  tags?: string[] | undefined;
  droplet_ids?: number[] | undefined;
  load_balancer_uids?: string[] | undefined;
  kubernetes_ids?: string[] | undefined;
}

export interface Firewall {
  id: string;
  name: string;
  created_at: string;
  inbound_rules: { protocol: string; ports: string; sources: FirewallTargets }[];
  outbound_rules: { protocol: string; ports: string; destinations: FirewallTargets }[];
  droplet_ids: number[];
  tags: string[];
}

export interface Domain {
  name: string;
  ttl: number;
}

export interface DomainRecord {
  id: number;
  domain: string;
  type: string;
  name: string;
  data: string;
  priority: number | null;
  port: number | null;
  ttl: number;
  weight: number | null;
  flags: number | null;
  tag: string | null;
}

export interface Tag {
  name: string;
}

export interface Project {
  id: string;
  name: string;
  description: string;
  purpose: string;
  environment: string;
  is_default: boolean;
  created_at: string;
  updated_at: string;
}

export interface ProjectAssignment {
  urn: string;
  project_id: string;
  assigned_at: string;
}

export interface Registry {
  name: string;
  region: string;
  created_at: string;
}

export interface RegistrySubscription {
  tier: string;
  created_at: string;
  updated_at: string;
}

/** Slack addresses are sealed: whoever has one can post. */
export interface SlackTarget {
  channel: string;
  url: string;
}

export interface UptimeCheck {
  id: string;
  name: string;
  type: string;
  target: string;
  regions: string[];
  enabled: boolean;
}

export interface UptimeAlert {
  id: string;
  check_id: string;
  name: string;
  type: string;
  threshold: number;
  comparison: string;
  period: string;
  notifications: { email: string[]; slack: SlackTarget[] };
}

export interface MonitorAlert {
  uuid: string;
  type: string;
  description: string;
  compare: string;
  value: number;
  window: string;
  entities: string[];
  tags: string[];
  enabled: boolean;
  alerts: { email: string[]; slack: SlackTarget[] };
}

export interface SpacesKey {
  access_key: string;
  /** Sealed. */
  secret_key: string;
  name: string;
  created_at: string;
  grants: { bucket: string; permission: "read" | "readwrite" | "fullaccess" }[];
}
