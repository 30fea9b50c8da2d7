import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Json, PRODUCTION, startCloud, TestCloud } from "./support.ts";

describe("the production inventory", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud(["--no-spaces", "--seed", PRODUCTION]);
  });
  after(() => cloud?.dispose());

  const get = async (path: string): Promise<Json> => (await cloud.api("GET", path)).body;

  test("the two droplets are there, with their real addresses and the disk that one grew up with", async () => {
    const erp = (await get("/droplets/527891549")).droplet;
    assert.deepEqual(
      [erp.name, erp.region.slug, erp.size_slug, erp.disk, erp.size.disk, erp.image.slug, erp.tags],
      ["ipai-odoo-erp", "sfo2", "s-2vcpu-4gb", 120, 80, "ubuntu-24-04-x64", ["clean-19-image-init"]],
    );
    assert.equal(erp.networks.v4[0].ip_address, "165.227.10.178");
    const ocr = (await get("/droplets/525178434")).droplet;
    const addresses = ocr.networks.v4.map((one: Json) => one.ip_address);
    assert.deepEqual(addresses, ["188.166.237.231", "10.104.0.2"]);
    assert.deepEqual([ocr.disk, ocr.volume_ids], [160, ["8b8b827e-afe3-11f0-93c2-0a58ac12c695"]]);
  });

  test("the ERP droplet cannot be resized to a disk smaller than its own", async () => {
    const act = (action: object) => cloud.api("POST", "/droplets/527891549/actions", action);
    await act({ type: "power_off" });
    await cloud.eventually("/droplets/527891549", (body) => body.droplet.status === "off");
    assert.equal((await act({ type: "resize", size: "s-2vcpu-4gb-amd" })).status, 422);
    assert.equal((await act({ type: "resize", size: "s-4vcpu-8gb" })).status, 201);
  });

  test("networks, firewall, registry, keys and the stray zone are as they were found", async () => {
    const ranges = (await get("/vpcs")).vpcs.map((vpc: Json) => `${vpc.name} ${vpc.ip_range} ${vpc.default}`);
    assert.deepEqual(ranges, ["default-sfo2 10.120.0.0/20 true", "default-sgp1 10.104.0.0/20 true"]);
    const { firewall } = await get("/firewalls/fb77861f-8402-44d3-b4c4-3e71696ac3fb");
    assert.deepEqual(
      firewall.inbound_rules.map((rule: Json) => rule.ports),
      ["22", "80", "443"],
    );
    assert.equal((await get("/registry")).registry.name, "fin-workspace");
    assert.equal((await get("/account/keys")).ssh_keys.length, 2);
    const zones = (await get("/domains")).domains.map((domain: Json) => domain.name);
    assert.deepEqual(zones, ["erp.insightpulseai.net"]);
    const { domain_records: records } = await get("/domains/erp.insightpulseai.net/records?type=A");
    assert.deepEqual(
      records.map((one: Json) => [one.name, one.data, one.ttl]),
      [["@", "165.227.10.178", 3600]],
    );
  });

  test("two apps are live, one failed, and their secrets are encrypted", async () => {
    const superset = (await get("/apps/73af11cb-dab2-4cb1-9770-291c536531e6")).app;
    assert.equal(superset.default_ingress, "https://superset-nlavf.ondigitalocean.app");
    assert.equal(superset.live_url, "https://superset.insightpulseai.net");
    const value = (key: string) => superset.spec.services[0].envs.find((one: Json) => one.key === key).value;
    assert.match(value("REDIS_URL"), /^EV\[1:/);
    assert.match(value("SUPERSET_SECRET_KEY"), /^sample-plain-value-/);
    const pulse = (await get("/apps/844b0bb2-0208-4694-bf86-12e750b7f790")).app;
    assert.equal(pulse.default_ingress, "https://pulse-hub-web-an645.ondigitalocean.app");
    const legacy = (await get("/apps/04de4372-7a4f-472a-9c3f-5deb895b7ad2")).app;
    assert.deepEqual([legacy.active_deployment, legacy.default_ingress], [undefined, undefined]);
    const { deployments } = await get(`/apps/${legacy.id}/deployments`);
    assert.equal(deployments[0].phase, "ERROR");
  });

  test("an app that was read can be written back as it is", async () => {
    const { app } = await get("/apps/844b0bb2-0208-4694-bf86-12e750b7f790");
    const answer = await cloud.api("PUT", `/apps/${app.id}`, { spec: app.spec });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.deepEqual(answer.body.app.spec, app.spec);
  });

  test("everything that a project can hold lies in the workspace's", async () => {
    const { resources } = await get("/projects/29cde7a1-8280-46ad-9fdf-dea7b21a7825/resources");
    assert.equal(resources.length, 7);
    assert.notEqual((await get("/projects/default")).project.id, "29cde7a1-8280-46ad-9fdf-dea7b21a7825");
  });

  test("nothing is applied twice, and new things start beside what is there", async () => {
    await cloud.stop();
    await cloud.start();
    assert.equal((await get("/droplets")).meta.total, 2);
    const wanted = { name: "new", region: "sgp1", size: "s-1vcpu-1gb", image: "debian-13-x64" };
    const { id } = await cloud.make("/droplets", "droplet", wanted);
    const { droplet } = await cloud.eventually(`/droplets/${id}`, (body) => body.droplet.status === "active");
    assert.equal(droplet.vpc_uuid, "0d3ec42e-f3ec-4c99-97ef-aa62d5db6b09");
    assert.equal(droplet.networks.v4[1].ip_address, "10.104.0.3");
  });
});

test("a seed with a mistake is refused with the file and the field", async () => {
  const cloud = new TestCloud(["--no-spaces", "--seed", PRODUCTION], {});
  const file = join(cloud.folder, "seed.json");
  writeFileSync(file, JSON.stringify({ name: "wrong", droplet: [] }));
  const wrong = new TestCloud(["--no-spaces", "--seed", file], {});
  await assert.rejects(wrong.start(), /seed\.json: droplet: unknown field/);
  for (const one of [cloud, wrong]) await one.dispose();
});
