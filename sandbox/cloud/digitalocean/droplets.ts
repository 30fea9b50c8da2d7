import type { FastifyPluginAsync, FastifyRequest } from "fastify";
import { freeAddress, parseRange } from "../core/addresses.ts";
import { type Cloud, type CloudOptions, faultTarget } from "../core/cloud.ts";
import { orNotFound, unprocessable } from "../core/errors.ts";
import { paginate } from "../core/paging.ts";
import { timestamp } from "../core/time.ts";
import { accountOf } from "./account.ts";
import { startAction } from "./actions.ts";
import { type DropletSettings, parseDropletRequest } from "./droplet-request.ts";
import { dropletView } from "./droplet-view.ts";
import { ipv6For } from "./effects.ts";
import { imageFor } from "./images.ts";
import { forgetInProjects, putInProject } from "./project-assignments.ts";
import type { Droplet, Vpc } from "./records.ts";
import { openRegion } from "./regions.ts";
import { sizeSoldIn } from "./sizes.ts";
import { findSshKey } from "./ssh-keys.ts";
import { ensureTags } from "./tags.ts";
import { defaultVpc } from "./vpcs.ts";

/** New public addresses come from the ranges that are reserved for documentation. */
const PUBLIC_RANGES = ["203.0.113.0/24", "198.51.100.0/24"];

const DEFAULT_BACKUPS = { plan: "daily", hour: 0 } as const;

function publicAddress(cloud: Cloud): string {
  const taken = new Set(cloud.state.droplets.all().map((droplet) => droplet.public_ipv4 ?? ""));
  for (const cidr of PUBLIC_RANGES) {
    const range = parseRange(cidr);
    const address = range && freeAddress(range, taken);
    if (address) return address;
  }
  throw unprocessable("No public address is left for another droplet.");
}

/** A free address of the VPC. */
export function privateAddress(cloud: Cloud, vpc: Vpc): string {
  const inside = cloud.state.droplets.filter((droplet) => droplet.vpc_uuid === vpc.id);
  const range = parseRange(vpc.ip_range);
  const address = range && freeAddress(range, new Set(inside.map((droplet) => droplet.private_ipv4)));
  if (!address) throw unprocessable(`The VPC ${vpc.name} has no address left.`);
  return address;
}

function vpcFor(cloud: Cloud, settings: DropletSettings): Vpc {
  if (settings.vpc_uuid === undefined) return defaultVpc(cloud, settings.region);
  const vpc = cloud.state.vpcs.get(settings.vpc_uuid);
  if (!vpc) throw unprocessable("vpc_uuid: VPC not found");
  if (vpc.region !== settings.region)
    throw unprocessable("vpc_uuid: VPC is not in the same region as the droplet");
  return vpc;
}

/** Checks everything that the new droplets refer to, before anything is made. */
function check(cloud: Cloud, settings: DropletSettings, count: number) {
  const { region } = openRegion(cloud, settings.region) && settings;
  const size = sizeSoldIn(settings.size, region);
  const image = imageFor(cloud, settings.image, region);
  if (size.disk < image.min_disk_size) throw unprocessable("size: the disk is too small for this image");
  const keys = settings.ssh_keys.map((reference) => {
    const key = findSshKey(cloud, reference);
    if (!key) throw unprocessable(`ssh_keys: ${reference} are invalid key identifiers for Droplet creation.`);
    return key.id;
  });
  if (!settings.public_networking && settings.ipv6) {
    throw unprocessable("ipv6: must be false without public networking");
  }
  if (settings.backup_policy && !settings.backups)
    throw unprocessable("backup_policy: needs backups to be true");
  for (const id of settings.volumes) checkVolume(cloud, id, region);
  if (cloud.state.droplets.all().length + count > accountOf(cloud).droplet_limit) {
    throw unprocessable("creating this/these droplet(s) will exceed your droplet limit");
  }
  return { size, image, keys };
}

function checkVolume(cloud: Cloud, id: string, region: string): void {
  const volume = cloud.state.volumes.get(id);
  if (!volume) throw unprocessable(`volumes: volume ${id} not found`);
  if (volume.region !== region) throw unprocessable(`volumes: volume ${id} is not in ${region}`);
  if (volume.droplet_ids.length > 0) throw unprocessable(`volumes: volume ${id} is already attached`);
}

type Checked = ReturnType<typeof check>;

function addDroplet(
  cloud: Cloud,
  name: string,
  settings: DropletSettings,
  { size, image, keys }: Checked,
): Droplet {
  const id = cloud.store.nextNumber("droplets", 600_000_001);
  const vpc = vpcFor(cloud, settings);
  ensureTags(cloud, settings.tags);
  for (const volume of settings.volumes.map((one) => orNotFound(cloud.state.volumes.get(one)))) {
    cloud.state.volumes.put({ ...volume, droplet_ids: [id] });
  }
  putInProject(cloud, `do:droplet:${id}`);
  return cloud.state.droplets.put({
    id,
    name,
    region: settings.region,
    size_slug: size.slug,
    vcpus: size.vcpus,
    memory: size.memory,
    disk: size.disk,
    image: image.id,
    status: "new",
    created_at: timestamp(),
    tags: [...new Set(settings.tags)],
    vpc_uuid: vpc.id,
    public_ipv4: settings.public_networking ? publicAddress(cloud) : null,
    private_ipv4: privateAddress(cloud, vpc),
    public_ipv6: settings.ipv6 ? ipv6For(id) : null,
    ssh_keys: keys,
    monitoring: settings.monitoring,
    droplet_agent: settings.with_droplet_agent,
    backup_policy: settings.backups ? (settings.backup_policy ?? DEFAULT_BACKUPS) : null,
    user_data: settings.user_data ? cloud.sealer.seal(settings.user_data) : null,
  });
}

function startCreation(cloud: Cloud, request: FastifyRequest, droplet: Droplet) {
  const action = startAction(cloud, request, {
    type: "create",
    resource_type: "droplet",
    resource_id: droplet.id,
    subject: droplet.name,
    droplet_id: droplet.id,
    region: droplet.region,
    effect: { kind: "droplet-active" },
    delayMs: cloud.delays.dropletMs,
  });
  const never = cloud.faults.take("droplet-never-active", faultTarget(request));
  if (never) cloud.state.actions.put({ ...action, due_at: null });
  return { id: action.id, rel: "create", href: `${cloud.apiUrl}/v2/actions/${action.id}` };
}

/** Removes a droplet, and every trace of it in other things. */
function destroy(cloud: Cloud, droplet: Droplet): void {
  const { volumes, reservedIps, firewalls, actions } = cloud.state;
  for (const volume of volumes.filter((one) => one.droplet_ids.includes(droplet.id))) {
    volumes.put({ ...volume, droplet_ids: [] });
  }
  for (const reserved of reservedIps.filter((one) => one.droplet_id === droplet.id)) {
    reservedIps.put({ ...reserved, droplet_id: null });
  }
  for (const firewall of firewalls.filter((one) => one.droplet_ids.includes(droplet.id))) {
    firewalls.put({ ...firewall, droplet_ids: firewall.droplet_ids.filter((id) => id !== droplet.id) });
  }
  for (const action of actions.filter(
    (one) => one.droplet_id === droplet.id && one.status === "in-progress",
  )) {
    actions.put({ ...action, status: "completed", completed_at: timestamp() });
  }
  forgetInProjects(cloud, `do:droplet:${droplet.id}`);
  cloud.state.droplets.delete(droplet.id);
  cloud.machines?.destroy(droplet.id);
}

/** Virtual machines. Without the sandbox's machines they are records: nothing boots. */
export const droplets: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { droplets } = cloud.state;
  type ById = { Params: { id: string } };

  app.get<{ Querystring: { name?: string; tag_name?: string } }>("/droplets", async (request) => {
    const { name, tag_name: tag } = request.query;
    const matching = droplets.filter(
      (droplet) =>
        (name === undefined || droplet.name === name) && (tag === undefined || droplet.tags.includes(tag)),
    );
    const page = paginate(matching, request, cloud.apiUrl);
    return { droplets: page.items.map((one) => dropletView(cloud, one)), links: page.links, meta: page.meta };
  });
  app.post("/droplets", async (request, reply) => {
    const { names, settings, single } = parseDropletRequest(request.body);
    const checked = check(cloud, settings, names.length);
    const made = names.map((name) => addDroplet(cloud, name, settings, checked));
    const links = { actions: made.map((droplet) => startCreation(cloud, request, droplet)) };
    reply.code(202);
    const views = made.map((droplet) => dropletView(cloud, droplet));
    return single ? { droplet: views[0], links } : { droplets: views, links };
  });
  app.get<ById>("/droplets/:id", async (request) => {
    return { droplet: dropletView(cloud, orNotFound(droplets.get(request.params.id))) };
  });
  app.delete<ById>("/droplets/:id", async (request, reply) => {
    destroy(cloud, orNotFound(droplets.get(request.params.id)));
    reply.code(204);
  });
};
