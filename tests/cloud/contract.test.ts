import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import Fastify from "fastify";
import { cloudflare } from "../../sandbox/cloud/cloudflare/api.ts";
import type { Cloud } from "../../sandbox/cloud/core/cloud.ts";
import { digitalocean } from "../../sandbox/cloud/digitalocean/api.ts";
import { type Answer, call, type Json, refused, startCloud, type TestCloud } from "./support.ts";

/** A call the cloud answers: its method, and its path with `:names` for what varies. */
interface Route {
  readonly method: string;
  readonly path: string;
}

/** Every call both vendors' APIs answer, as they register them; nothing is asked of them. */
async function routes(): Promise<Route[]> {
  const found: Route[] = [];
  const server = Fastify();
  server.addHook("onRoute", ({ method, url: path }) => {
    for (const one of [method].flat()) if (one !== "HEAD") found.push({ method: one, path });
  });
  const cloud = { state: {} } as unknown as Cloud;
  await server.register(digitalocean, { cloud, prefix: "/v2" });
  await server.register(cloudflare, { cloud, prefix: "/client/v4" });
  await server.ready();
  return found;
}

const nameOf = ({ method, path }: Route) => `${method} ${path}`;
const all = await routes();
const takesBody = ({ method, path }: Route) =>
  method !== "GET" && (method !== "DELETE" || path === "/v2/tags/:name/resources");

/** These are documented without a body. */
const bodiless = [
  "POST /v2/apps/:id/deployments/:deployment/cancel",
  "POST /v2/apps/:id/rollback/commit",
  "POST /v2/apps/:id/rollback/revert",
];

const key =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH7EsrFDdgpvso105LusHNsqD/SCsJ8NInIsgEIDnlU8 somebody@example.com";
const machine = { region: "sgp1", size: "s-1vcpu-1gb", image: "ubuntu-24-04-x64" };
const image = { registry_type: "DOCKER_HUB", registry: "library", repository: "nginx", tag: "1.27" };
const rules = [{ protocol: "tcp", ports: "22", sources: { addresses: ["192.0.2.0/24"] } }];
const email = { email: ["ops@example.com"], slack: [] };
const site = { name: "site", type: "https", target: "https://example.com" };
const slow = { name: "slow", type: "latency", threshold: 300, comparison: "greater_than", period: "2m" };
const busy = { type: "v1/insights/droplet/cpu", description: "busy", compare: "GreaterThan", value: 80 };
const metric = { ...busy, window: "5m", tags: ["prod"], enabled: true, alerts: email };
const grants = [{ bucket: "b", permission: "read" }];
const address = { type: "A", name: "www", data: "192.0.2.1", ttl: 300 };
const record = { type: "A", name: "www", content: "192.0.2.1", ttl: 300 };
const alias = { type: "CNAME", name: "alias", data: "www.example.com.", ttl: 300 };
const app = (name: string) => ({ name, region: "sgp", services: [{ name: "web", image, http_port: 80 }] });

/** What one call is tried with: a whole path, and a body that is right. */
type Case = readonly [path: string, body: object];

describe("the contract of every call", () => {
  let cloud: TestCloud;
  /** By route, in an order in which each is accepted. */
  let cases: Readonly<Record<string, Case>>;

  /** A call with the vendor's own token. */
  function ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const { apiUrl, token, cloudflareToken } = cloud.keys;
    const bearer = path.startsWith("/client/") ? cloudflareToken : token;
    return call(`${apiUrl}${path}`, method, { authorization: `Bearer ${bearer}` }, body);
  }
  async function droplet(name: string): Promise<Json> {
    const { id } = await cloud.make("/droplets", "droplet", { name, ...machine });
    return (await cloud.eventually(`/droplets/${id}`, (body) => body.droplet.status === "active")).droplet;
  }
  async function deployed(name: string): Promise<Json> {
    const { id } = await cloud.make("/apps", "app", { spec: app(name) });
    const isLive = (body: Json) => body.app.active_deployment !== undefined;
    return (await cloud.eventually(`/apps/${id}`, isLive)).app;
  }

  before(async () => {
    cloud = await startCloud();
    const [host, other] = [await droplet("host"), await droplet("other")];
    const vpc = await cloud.make("/vpcs", "vpc", { name: "net", region: "sgp1" });
    const ssh = await cloud.make("/account/keys", "ssh_key", { name: "first", public_key: key });
    await ask("DELETE", `/v2/account/keys/${ssh.id}`);
    const kept = await cloud.make("/account/keys", "ssh_key", { name: "kept", public_key: key });
    const floating = await cloud.make("/reserved_ips", "reserved_ip", { region: "sgp1" });
    const wall = await cloud.make("/firewalls", "firewall", { name: "first", inbound_rules: rules });
    await cloud.make("/domains", "domain", { name: "example.com" });
    const dns = await cloud.make("/domains/example.com/records", "domain_record", address);
    const volume = await cloud.make("/volumes", "volume", {
      ...{ name: "first", region: "sgp1", size_gigabytes: 1 },
    });
    await cloud.make("/tags", "tag", { name: "first" });
    const project = await cloud.make("/projects", "project", { name: "first", purpose: "tests" });
    const check = await cloud.make("/uptime/checks", "check", site);
    const alert = await cloud.make(`/uptime/checks/${check.id}/alerts`, "alert", {
      ...slow,
      notifications: email,
    });
    const policy = await cloud.make("/monitoring/alerts", "policy", metric);
    const access = await cloud.make("/spaces/keys", "key", { name: "first", grants });
    const running = await deployed("running");
    const first = running.active_deployment.id;
    await ask("PUT", `/v2/apps/${running.id}`, {
      spec: { ...app("running"), alerts: [{ rule: "DEPLOYMENT_FAILED" }] },
    });
    const replaced = await cloud.eventually(
      `/apps/${running.id}`,
      (body) => body.app.active_deployment.id !== first,
    );
    const [told] = (await cloud.api("GET", `/apps/${replaced.app.id}/alerts`)).body.alerts;
    const zone = (await ask("POST", "/client/v4/zones", { name: "example.com" })).body.result.id;
    const inZone = (await ask("POST", `/client/v4/zones/${zone}/dns_records`, record)).body.result.id;

    cases = {
      "PUT /v2/account/keys/:id": [`/v2/account/keys/${kept.id}`, { name: "renamed" }],
      "POST /v2/account/keys": [
        "/v2/account/keys",
        { name: "second", public_key: key.replace("H7EsrFDd", "H7EsrFDe") },
      ],
      "POST /v2/vpcs": ["/v2/vpcs", { name: "second", region: "sgp1" }],
      "PUT /v2/vpcs/:id": [`/v2/vpcs/${vpc.id}`, { name: "net", description: "words" }],
      "PATCH /v2/vpcs/:id": [`/v2/vpcs/${vpc.id}`, { description: "other words" }],
      "POST /v2/droplets": ["/v2/droplets", { name: "third", ...machine }],
      "POST /v2/droplets/:id/actions": [`/v2/droplets/${host.id}/actions`, { type: "reboot" }],
      "POST /v2/reserved_ips": ["/v2/reserved_ips", { region: "sgp1" }],
      "POST /v2/reserved_ips/:ip/actions": [
        `/v2/reserved_ips/${floating.ip}/actions`,
        { type: "assign", droplet_id: other.id },
      ],
      "POST /v2/firewalls": ["/v2/firewalls", { name: "second", inbound_rules: rules }],
      "PUT /v2/firewalls/:id": [`/v2/firewalls/${wall.id}`, { name: "first", inbound_rules: rules }],
      "POST /v2/domains": ["/v2/domains", { name: "second.example" }],
      "POST /v2/domains/:domain/records": ["/v2/domains/example.com/records", alias],
      "PUT /v2/domains/:domain/records/:id": [`/v2/domains/example.com/records/${dns.id}`, address],
      "PATCH /v2/domains/:domain/records/:id": [
        `/v2/domains/example.com/records/${dns.id}`,
        { type: "A", ttl: 600 },
      ],
      "POST /v2/volumes": ["/v2/volumes", { name: "second", region: "sgp1", size_gigabytes: 1 }],
      "POST /v2/volumes/:id/actions": [
        `/v2/volumes/${volume.id}/actions`,
        { type: "resize", size_gigabytes: 2 },
      ],
      "POST /v2/volumes/:id/snapshots": [`/v2/volumes/${volume.id}/snapshots`, { name: "picture" }],
      "POST /v2/tags": ["/v2/tags", { name: "second" }],
      "POST /v2/tags/:name/resources": [
        "/v2/tags/first/resources",
        { resources: [{ resource_id: String(other.id), resource_type: "droplet" }] },
      ],
      "DELETE /v2/tags/:name/resources": [
        "/v2/tags/first/resources",
        { resources: [{ resource_id: String(other.id), resource_type: "droplet" }] },
      ],
      "POST /v2/projects": ["/v2/projects", { name: "second", purpose: "tests" }],
      "PUT /v2/projects/:id": [
        `/v2/projects/${project.id}`,
        { name: "first", description: "", purpose: "tests", environment: "Staging", is_default: false },
      ],
      "PATCH /v2/projects/:id": [`/v2/projects/${project.id}`, { description: "words" }],
      "POST /v2/projects/:id/resources": [
        `/v2/projects/${project.id}/resources`,
        { resources: [`do:droplet:${other.id}`] },
      ],
      "POST /v2/registry": ["/v2/registry", { name: "images", subscription_tier_slug: "basic" }],
      "POST /v2/registry/subscription": ["/v2/registry/subscription", { tier_slug: "starter" }],
      "POST /v2/registry/validate-name": ["/v2/registry/validate-name", { name: "free" }],
      "POST /v2/registries": ["/v2/registries", { name: "again", subscription_tier_slug: "basic" }],
      "POST /v2/registries/subscription": ["/v2/registries/subscription", { tier_slug: "basic" }],
      "POST /v2/registries/validate-name": ["/v2/registries/validate-name", { name: "free" }],
      "POST /v2/uptime/checks": ["/v2/uptime/checks", { ...site, name: "second" }],
      "PUT /v2/uptime/checks/:id": [`/v2/uptime/checks/${check.id}`, site],
      "POST /v2/uptime/checks/:id/alerts": [
        `/v2/uptime/checks/${check.id}/alerts`,
        { ...slow, name: "second", notifications: email },
      ],
      "PUT /v2/uptime/checks/:id/alerts/:alert": [
        `/v2/uptime/checks/${check.id}/alerts/${alert.id}`,
        { ...slow, notifications: email },
      ],
      "POST /v2/monitoring/alerts": ["/v2/monitoring/alerts", metric],
      "PUT /v2/monitoring/alerts/:id": [`/v2/monitoring/alerts/${policy.uuid}`, metric],
      "POST /v2/spaces/keys": ["/v2/spaces/keys", { name: "second", grants }],
      "PUT /v2/spaces/keys/:id": [`/v2/spaces/keys/${access.access_key}`, { name: "first", grants }],
      "PATCH /v2/spaces/keys/:id": [`/v2/spaces/keys/${access.access_key}`, { name: "renamed", grants }],
      "POST /v2/apps": ["/v2/apps", { spec: app("second") }],
      "PUT /v2/apps/:id": [
        `/v2/apps/${running.id}`,
        { spec: { ...app("running"), alerts: [{ rule: "DEPLOYMENT_FAILED" }] } },
      ],
      "POST /v2/apps/:id/alerts/:alert/destinations": [
        `/v2/apps/${running.id}/alerts/${told.id}/destinations`,
        { emails: ["ops@insightpulseai.net"] },
      ],
      "POST /v2/apps/:id/deployments": [`/v2/apps/${running.id}/deployments`, { force_build: true }],
      "POST /v2/apps/:id/rollback/validate": [
        `/v2/apps/${running.id}/rollback/validate`,
        { deployment_id: first },
      ],
      "POST /v2/apps/:id/rollback": [`/v2/apps/${running.id}/rollback`, { deployment_id: first }],
      "POST /client/v4/zones": ["/client/v4/zones", { name: "second.example" }],
      "PATCH /client/v4/zones/:id": [`/client/v4/zones/${zone}`, { paused: true }],
      "POST /client/v4/zones/:zone/dns_records": [
        `/client/v4/zones/${zone}/dns_records`,
        { ...record, content: "192.0.2.2" },
      ],
      "PUT /client/v4/zones/:zone/dns_records/:id": [
        `/client/v4/zones/${zone}/dns_records/${inZone}`,
        record,
      ],
      "PATCH /client/v4/zones/:zone/dns_records/:id": [
        `/client/v4/zones/${zone}/dns_records/${inZone}`,
        { ttl: 600 },
      ],
    };
  });
  after(() => cloud?.dispose());

  test("every call that takes a body is tried below", () => {
    const wanted = all.filter(takesBody).map(nameOf);
    assert.deepEqual(wanted.filter((one) => !bodiless.includes(one)).sort(), Object.keys(cases).sort());
    assert.deepEqual(
      bodiless.filter((one) => !wanted.includes(one)),
      [],
    );
  });

  for (const route of all.filter((one) => takesBody(one) && !bodiless.includes(nameOf(one)))) {
    test(`${nameOf(route)} refuses a field it does not know, and takes the same body without it`, async () => {
      const [path, body] = cases[nameOf(route)] ?? assert.fail("it is not tried");
      const odd = await ask(route.method, path, { ...body, no_such_field: 1 });
      const said = JSON.stringify(odd.body);
      assert.match(said, /no_such_field: unknown field/);
      assert.equal(odd.status, path.startsWith("/client/") ? 400 : 422, said);
      // The account has one registry: the one that the call for one has made makes way.
      if (path === "/v2/registries") await ask("DELETE", "/v2/registry");
      const taken = await ask(route.method, path, body);
      assert.ok(taken.status < 300, `${taken.status} ${JSON.stringify(taken.body)}`);
    });
  }

  for (const route of all.filter(({ path }) => path.includes(":"))) {
    test(`${nameOf(route)} of something that is not there is 404 in the vendor's form`, async () => {
      const path = route.path.replaceAll(/:\w+/g, "4040404");
      const [, body] = cases[nameOf(route)] ?? [];
      const answer = await ask(route.method, path, body);
      if (!path.startsWith("/client/")) return refused(answer, 404, "not_found", /./);
      assert.equal(answer.status, 404, JSON.stringify(answer.body));
      assert.equal(answer.body.success, false);
      assert.ok(answer.body.errors[0].code > 0);
    });
  }
});
