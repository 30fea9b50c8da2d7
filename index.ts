/** The whole platform, wired: configuration in, components, outputs. Every decision is made in `config/`. */
import "./components/load-on-demand.ts";
import "./components/plain-stack-traces.ts";
import "./components/without-debug-messages.ts";
import { setImmediate as nextTurn } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { AccountProject } from "./components/account-project.ts";
import { AppService } from "./components/app/app-service.ts";
import { appVariables } from "./components/app/variables.ts";
import { BackupBucket } from "./components/backup-bucket.ts";
import { ContainerRegistry } from "./components/container-registry.ts";
import * as digitalocean from "./components/digitalocean.ts";
import { createDnsZones } from "./components/dns/create-dns-zones.ts";
import { recordValue } from "./components/dns/record-value.ts";
import { GeneratedSecrets } from "./components/generated-secrets.ts";
import { DeployKey } from "./components/host/deploy-key.ts";
import { DropletHost } from "./components/host/droplet-host.ts";
import { HostFirewall } from "./components/host/host-firewall.ts";
import { SigningKey } from "./components/host/signing-key.ts";
import { importing } from "./components/importing.ts";
import { HeartbeatBucket } from "./components/monitoring/heartbeat-bucket.ts";
import { HostMonitoring } from "./components/monitoring/host-monitoring.ts";
import { notificationsTo } from "./components/monitoring/notifications.ts";
import { ServiceMonitoring } from "./components/monitoring/service-monitoring.ts";
import { reportMonthlyCost } from "./components/report-monthly-cost.ts";
import { loadStackConfiguration } from "./components/stack-configuration.ts";
import { SupabaseConnection } from "./components/supabase-connection.ts";
import * as plan from "./config/derive/index.ts";
import * as naming from "./config/naming.ts";
import { lookup, mapValues } from "./config/records.ts";
import { appServices, byName } from "./config/resolve.ts";

const config = loadStackConfiguration();
const { adopt, database, environment, monitoring, resolvedServices } = config;
const secrets = new pulumi.Config();
// The engine refuses to delete or replace data anywhere, and in production whatever else an outage would follow from.
const { data, rest: guarded } = plan.protection(config);

// What hosts stand on: a network for each region, one key that opens them, and one that signs what they are made into.
const networks = mapValues(config.networks, (network, region) => {
  const options = { ...data, ...importing(adopt.networks[region]) };
  return new digitalocean.Vpc(`network-${region}`, { ...network, region }, options);
});
const environmentTag = new digitalocean.Tag(
  "environment",
  { name: naming.environmentTag(environment) },
  guarded,
);
const rotated = config.secrets.rotations;
const keyName = naming.deployKeyName(environment);
const deployKey = new DeployKey("deploy-key", { keyName, rotation: rotated[plan.deployKeyName] }, data);
const signingKey = new SigningKey("signing-key", data);
// Between sections the engine gets its turn: it starts providers while the rest is still being declared.
await nextTurn();

// Hosts, each behind its firewall and watched.
const notifications = notificationsTo(monitoring, () => secrets.requireSecret("slackWebhookUrl"));
const hosts = mapValues(plan.planHosts(config), ({ droplet, firewallName, load, ...host }, name) => {
  const { name: tag } = new digitalocean.Tag(`host-${name}-tag`, { name: host.tag }, guarded);
  const watch = { ...monitoring, hostName: droplet.dropletName, tag, load, notifications };
  new HostMonitoring(`host-${name}-monitoring`, watch);
  const live = adopt.firewalls[name];
  const firewall = { firewallName, tag, sshFrom: config.ssh.allowFrom, importId: live };
  const makeFirewall = (options: pulumi.ComponentResourceOptions) =>
    new HostFirewall(`host-${name}-firewall`, firewall, { ...guarded, ...options });
  const machineArgs = {
    ...{ ...droplet, host: name, deployUser: naming.deployUser, deployKey },
    ...{ administrators: config.ssh.administrators, signingPublicKey: signingKey.publicKey },
    vpcId: lookup(networks, droplet.region, "network").id,
    tags: [environmentTag.name, tag, ...host.extraTags],
    importId: adopt.hosts[name],
  };
  // A new droplet is born behind its firewall; a live firewall finds it by tag only once it has the tag.
  const before = live === undefined ? [makeFirewall({})] : [];
  const machine = new DropletHost(`host-${name}`, machineArgs, { ...data, dependsOn: before });
  const after = live === undefined ? [] : [makeFirewall({ dependsOn: [machine] })];
  return { ...host, ...droplet, machine, reachedAfter: [machine, ...before, ...after] };
});
const volumes = mapValues(config.volumes, ({ region, sizeGib }, name) => {
  const options = { ...data, ...importing(adopt.volumes[name]) };
  return new digitalocean.Volume(`volume-${name}`, { name, region, size: sizeGib }, options);
});
await nextTurn();

// Secrets the stack makes, and the database they open.
const secretNames = plan.generatedSecretNames(resolvedServices);
const generated = new GeneratedSecrets("generated", { secretNames, rotations: rotated }, data);
const roles = plan.databaseRoles(resolvedServices, config);
// They hold nothing: a password that is lost is made anew, and so none is protected.
const { rotations } = database;
const rolePasswords = new GeneratedSecrets("database-role", { secretNames: roles, rotations }).values;
const logins = Object.fromEntries(roles.map((role) => [role, plan.loginsOf(role, database).login]));
const ownerPassword = secrets.requireSecret("supabaseOwnerPassword");
const supabase = new SupabaseConnection("database", { ...database, ownerPassword, rolePasswords, logins });
const deprecatedDatabase =
  database.secondary &&
  new SupabaseConnection("database-deprecated", {
    ...database.secondary,
    ownerPassword: secrets.requireSecret("supabaseSecondaryOwnerPassword"),
    ...{ rolePasswords: {}, logins: {}, certificateAuthority: database.certificateAuthority },
  });
await nextTurn();

// Hosts that are to be converged are reached, and the database gets its roles from one of them, before anybody signs in to it.
const secret = (name: string) => secrets.requireSecret(name);
const keys = { deployKey, signingKey };
const reached = config.convergeHosts
  ? (await import("./components/host/reach-hosts.ts")).reachHosts({
      ...{ config, ...keys, rolePasswords, secret },
      hosts: mapValues(hosts, ({ machine, reachedAfter }) => ({
        address: machine.publicAddress,
        dropletId: machine.dropletId,
        reachedAfter,
      })),
    })
  : undefined;
await nextTurn();

// Backups, images, apps.
const isThrownAway = !config.protectData;
const buckets = {
  ...{ ...plan.planBackupBucket(config.backup), isThrownAway },
  rotations: plan.spacesKeyRotations(config),
};
const backups = new BackupBucket("backups", buckets, data);
const heartbeatBucket = {
  ...{ ...plan.planHeartbeatBucket(config.backup), isThrownAway },
  rotations: plan.heartbeatKeyRotations(config),
};
const heartbeats = new HeartbeatBucket("heartbeats", heartbeatBucket, data);
// Without it no backup can be read: it is worth as much as all of them.
const passwordName = plan.rotatedName("repository-password", rotated[plan.repositoryPasswordName]);
const backupSecrets = new GeneratedSecrets("backup", { secretNames: [passwordName] }, data);
const repositoryPassword = backupSecrets.value(passwordName);
if (config.registry.managed) {
  const { name: registryName, tier, region } = config.registry;
  const registry = { registryName, tier, region, importId: adopt.registry };
  new ContainerRegistry("registry", registry, data);
}
const services = plan.serviceAddresses(resolvedServices);
const urls = Object.fromEntries(services.map(({ name, url }) => [name, url]));
const apps = mapValues(byName(appServices(resolvedServices)), (app, name) => {
  const variables = appVariables(app.variables, {
    port: app.port,
    serviceUrl: (service) => lookup(urls, service, "service"),
    databaseRestUrl: supabase.connections.restUrl,
    signOnAddresses: plan.signOnAddresses(config.signOn),
    database: () => supabase.role(app.databaseRole ?? name),
    secret,
    generated: (secret) => generated.value(plan.generatedSecretName(name, secret)),
  });
  const appArgs = {
    ...{ ...app, componentName: name, healthPath: app.health.path, variables },
    notifications,
    ownsSpecification: app.specification === "managed",
    importId: adopt.apps[name],
  };
  // One that is left as it was found signs in as it did.
  const signsIn = app.databaseRole !== undefined && appArgs.ownsSpecification;
  const after = signsIn ? [...(reached?.roles ?? [])] : [];
  return new AppService(`app-${name}`, appArgs, { ...guarded, dependsOn: after });
});
await nextTurn();

// Names.
const records = plan.planDnsRecords(resolvedServices, config).map(({ target, ...record }) => ({
  ...record,
  value: recordValue(target, {
    hostAddress: (host) => lookup(hosts, host, "host").machine.publicAddress,
    appIngress: (app) => lookup(apps, app, "app").ingressHost,
  }),
}));
const zoneArgs = { domain: config.domain, records, protectZone: data.protect, adopted: adopt };
const zones = await createDnsZones("dns", config.dns, zoneArgs, guarded);

// Hosts made into what they are to be, once the names are there by which they get their certificates.
if (reached !== undefined) {
  const { convergeHosts } = await import("./components/host/converge-hosts.ts");
  convergeHosts({
    ...{ config, reached, ...keys, rolePasswords, secret, generated: generated.values },
    backups: { keys: backups.keys, repositoryPassword },
    heartbeats: heartbeats.keys.hosts,
    zones: Object.values(zones).map(({ zone }) => zone),
    databaseUsers: Object.values(apps),
  });
}
await nextTurn();

// Somebody outside who asks whether they answer, and what people see it all as.
for (const { name, healthUrl } of services) {
  const checkName = naming.checkName(environment, name);
  new ServiceMonitoring(`service-${name}`, { ...monitoring, checkName, healthUrl, notifications });
}
const resourceUrns = [
  ...Object.values(hosts).map(({ machine }) => machine.dropletUrn),
  ...Object.values(apps).map(({ appUrn }) => appUrn),
  ...Object.values(volumes).map(({ volumeUrn }) => volumeUrn),
  ...[
    ...backups.bucketUrns,
    heartbeats.bucketUrn,
    ...Object.values(zones).flatMap(({ projectUrns }) => projectUrns),
  ],
];
const project = { ...config.project, projectName: config.project.name, importId: adopt.project };
new AccountProject("project", { ...project, resourceUrns }, guarded);

// What people and machines ask the stack for.
const hostOutputs = mapValues(hosts, ({ machine, dropletName: name, services: runs, recoverySize }) => {
  const { publicAddress: address, privateAddress } = machine;
  return { name, address, privateAddress, ssh: address.apply(plan.sshCommand(config)), runs, recoverySize };
});

export { hostOutputs as hosts, records as dnsTable, services, urls };
export const addresses = mapValues(hosts, ({ machine }) => machine.publicAddress);
export const nameServers = mapValues(zones, ({ nameServers }) => nameServers);
export const oauthRedirectUris = plan.oauthRedirectUris(resolvedServices);
export const monthlyCost = reportMonthlyCost(plan.monthlyCost(resolvedServices, config));
// Why something is otherwise than the policy pack wants it, by rule.
export const acknowledgements = plan.acknowledgements(config);
export const deployPrivateKey = deployKey.privateKey;
export const backupKeys = pulumi.secret(backups.keys);
export const heartbeatKey = pulumi.secret(heartbeats.keys.outside);
export const backupRepositoryPassword = pulumi.secret(repositoryPassword);
const deprecated = deprecatedDatabase?.connections;
export const connections = pulumi.secret({ primary: supabase.connections, deprecated });
