import { readFileSync } from "node:fs";
import type { Cloud } from "./core/cloud.ts";
import { uuid } from "./core/identifiers.ts";
import { timestamp } from "./core/time.ts";
import { describeIssue } from "./core/validation.ts";
import { accountOf } from "./digitalocean/account.ts";
import { alertsOf } from "./digitalocean/apps/alerts.ts";
import { encryptSecrets } from "./digitalocean/apps/secrets.ts";
import { checkSpec, withDefaults } from "./digitalocean/apps/spec-rules.ts";
import { findSize } from "./digitalocean/catalogue.ts";
import { addDomainRecord } from "./digitalocean/domain-records.ts";
import { addDomain } from "./digitalocean/domains.ts";
import { privateAddress } from "./digitalocean/droplets.ts";
import { addFirewall } from "./digitalocean/firewalls.ts";
import { imageFor } from "./digitalocean/images.ts";
import { putInProject } from "./digitalocean/project-assignments.ts";
import { addRegistry } from "./digitalocean/registry.ts";
import { addSshKey } from "./digitalocean/ssh-keys.ts";
import { ensureTags } from "./digitalocean/tags.ts";
import { addVpc } from "./digitalocean/vpcs.ts";
import { Seed } from "./seed-schema.ts";

/**
 * Reads a seed file; what is wrong with it is said with the file's name.
 *
 * @param operatorKey public key that takes the place of the one the seed calls the operator's: nobody has the private
 *   half of a made-up key, and machines must be opened by somebody
 */
export function readSeed(file: string, operatorKey?: string): Seed {
  const result = Seed.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!result.success) throw new Error(`${file}: ${describeIssue(result.error.issues[0])}`);
  const seed = result.data;
  if (operatorKey === undefined) return seed;
  const isOperators = ({ name }: { name: string }) => name === seed.operator_key;
  const ssh_keys = seed.ssh_keys.map((key) => (isOperators(key) ? { ...key, public_key: operatorKey } : key));
  return { ...seed, ssh_keys };
}

/** Adds what the seed holds, unless this state has had that seed before. */
export function applySeed(cloud: Cloud, seed: Seed): void {
  if (cloud.state.seeds.get(seed.name)) return;
  if (seed.account) cloud.state.account.put(definedOver(accountOf(cloud), seed.account));
  ensureTags(cloud, seed.tags);
  for (const key of seed.ssh_keys) addSshKey(cloud, key, key.id);
  for (const vpc of seed.vpcs) addVpc(cloud, vpc);
  for (const droplet of seed.droplets) addDroplet(cloud, droplet);
  for (const volume of seed.volumes) {
    cloud.state.volumes.put({ ...volume, filesystem_label: "" });
    putInProject(cloud, `do:volume:${volume.id}`);
  }
  for (const { id, ...firewall } of seed.firewalls) addFirewall(cloud, firewall, id);
  if (seed.registry) addRegistry(cloud, seed.registry);
  for (const domain of seed.domains) {
    addDomain(cloud, { name: domain.name });
    for (const record of domain.records) addDomainRecord(cloud, domain.name, record);
  }
  for (const app of seed.apps) addApp(cloud, app);
  for (const project of seed.projects) addProject(cloud, project);
  cloud.state.seeds.put({ name: seed.name, applied_at: timestamp() });
}

/** The first record with every field of the second that is given. */
function definedOver<T>(base: T, change: { [K in keyof T]?: T[K] | undefined }): T {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(given) };
}

function named<T extends { name: string }>(all: T[], name: string, what: string): T {
  const found = all.find((one) => one.name === name);
  if (!found) throw new Error(`The seed names ${what} ${name}, which it does not have.`);
  return found;
}

/** A droplet that already runs, with its real addresses. */
function addDroplet(cloud: Cloud, given: Seed["droplets"][number]): void {
  const { size: slug, image, vpc: vpcName, ssh_keys, private_ipv4, disk, runs: _runs, ...rest } = given;
  const size = findSize(slug);
  if (!size) throw new Error(`The seed names size ${slug}, which does not exist.`);
  const vpc = named(cloud.state.vpcs.all(), vpcName, "VPC");
  ensureTags(cloud, rest.tags);
  cloud.state.droplets.put({
    ...rest,
    size_slug: slug,
    vcpus: size.vcpus,
    memory: size.memory,
    disk: disk ?? size.disk,
    image: imageFor(cloud, image, rest.region).id,
    status: "active",
    vpc_uuid: vpc.id,
    private_ipv4: private_ipv4 ?? privateAddress(cloud, vpc),
    public_ipv6: null,
    ssh_keys: ssh_keys.map((name) => named(cloud.state.sshKeys.all(), name, "SSH key").id),
    droplet_agent: true,
    backup_policy: null,
    user_data: null,
  });
  putInProject(cloud, `do:droplet:${rest.id}`);
}

/** An app whose last deployment ended well or badly. */
function addApp(cloud: Cloud, given: Seed["apps"][number]): void {
  checkSpec(cloud, given.spec);
  const { id, created_at } = given;
  const spec = encryptSecrets(cloud, withDefaults(given.spec), id);
  const live = given.state === "live";
  const deployment = cloud.state.deployments.put({
    id: uuid(),
    app_id: id,
    spec,
    cause: "initial deployment",
    phase: live ? "ACTIVE" : "ERROR",
    phase_last_updated_at: created_at,
    created_at,
    began_at: Date.parse(created_at),
    duration: 1,
    fails: !live,
    previous_deployment_id: "",
    cloned_from: "",
  });
  cloud.state.apps.put({
    id,
    spec,
    project_id: "",
    created_at,
    updated_at: created_at,
    ingress_host: given.ingress_host,
    active_deployment_id: live ? deployment.id : null,
    pinned_deployment_id: null,
    spec_before_rollback: null,
    alerts: alertsOf(cloud, spec, []),
  });
  putInProject(cloud, `do:app:${id}`);
}

function addProject(cloud: Cloud, { resources, ...project }: Seed["projects"][number]): void {
  const { projects } = cloud.state;
  if (project.is_default) {
    for (const other of projects.filter((one) => one.is_default))
      projects.put({ ...other, is_default: false });
  }
  projects.put({ ...project, created_at: timestamp(), updated_at: timestamp() });
  for (const urn of resources) putInProject(cloud, urn, project.id);
}
