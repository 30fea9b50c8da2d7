import type { CloudflareRecord, Zone } from "./cloudflare/records.ts";
import type { Fault } from "./core/faults.ts";
import { uuid } from "./core/identifiers.ts";
import type { Store } from "./core/store.ts";
import { timestamp } from "./core/time.ts";
import type { AppRecord, Deployment } from "./digitalocean/apps/records.ts";
import type * as records from "./digitalocean/records.ts";
import type { RegistryLoginRecord } from "./digitalocean/registry-logins.ts";
import type { Bucket } from "./spaces/records.ts";

/** Opens every collection of the cloud. */
export function openState(store: Store) {
  return {
    account: store.collection<records.Account>("account", () => "account"),
    sshKeys: store.collection<records.SshKey>("ssh_keys", (key) => key.id),
    vpcs: store.collection<records.Vpc>("vpcs", (vpc) => vpc.id),
    droplets: store.collection<records.Droplet>("droplets", (droplet) => droplet.id),
    actions: store.collection<records.Action>("actions", (action) => action.id),
    volumes: store.collection<records.Volume>("volumes", (volume) => volume.id),
    snapshots: store.collection<records.Snapshot>("snapshots", (snapshot) => snapshot.id),
    reservedIps: store.collection<records.ReservedIp>("reserved_ips", (reserved) => reserved.ip),
    firewalls: store.collection<records.Firewall>("firewalls", (firewall) => firewall.id),
    domains: store.collection<records.Domain>("domains", (domain) => domain.name),
    domainRecords: store.collection<records.DomainRecord>("domain_records", (record) => record.id),
    tags: store.collection<records.Tag>("tags", (tag) => tag.name),
    projects: store.collection<records.Project>("projects", (project) => project.id),
    projectAssignments: store.collection<records.ProjectAssignment>("project_assignments", (one) => one.urn),
    apps: store.collection<AppRecord>("apps", (app) => app.id),
    deployments: store.collection<Deployment>("deployments", (deployment) => deployment.id),
    registries: store.collection<records.Registry>("registries", (registry) => registry.name),
    registrySubscription: store.collection<records.RegistrySubscription>(
      "registry_subscription",
      () => "current",
    ),
    registryLogins: store.collection<RegistryLoginRecord>("registry_logins", (login) => login.digest),
    uptimeChecks: store.collection<records.UptimeCheck>("uptime_checks", (check) => check.id),
    uptimeAlerts: store.collection<records.UptimeAlert>("uptime_alerts", (alert) => alert.id),
    monitorAlerts: store.collection<records.MonitorAlert>("monitor_alerts", (alert) => alert.uuid),
    spacesKeys: store.collection<records.SpacesKey>("spaces_keys", (key) => key.access_key),
    buckets: store.collection<Bucket>("buckets", (bucket) => bucket.name),
    zones: store.collection<Zone>("cloudflare_zones", (zone) => zone.id),
    cloudflareRecords: store.collection<CloudflareRecord>("cloudflare_records", (record) => record.id),
    seeds: store.collection<{ name: string; applied_at: string }>("seeds", (seed) => seed.name),
    faults: store.collection<Fault>("faults", (fault) => fault.id),
  };
}

export type State = ReturnType<typeof openState>;

/** What every account has before anybody did anything: itself, and a default project. */
export function furnish(state: State): void {
  if (state.account.all().length === 0) {
    state.account.put({
      uuid: uuid(),
      email: "owner@sandbox.test",
      name: "Sandbox",
      team: { uuid: uuid(), name: "Sandbox" },
      droplet_limit: 10,
      reserved_ip_limit: 3,
      volume_limit: 100,
    });
  }
  if (!state.projects.find((project) => project.is_default)) {
    state.projects.put({
      id: uuid(),
      name: "first-project",
      description: "Update your project information under Settings",
      purpose: "Just trying out DigitalOcean",
      environment: "",
      is_default: true,
      created_at: timestamp(),
      updated_at: timestamp(),
    });
  }
}
