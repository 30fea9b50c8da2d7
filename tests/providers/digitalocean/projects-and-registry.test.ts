import assert from "node:assert/strict";
import { test } from "node:test";
import { containerRegistry } from "../../../sandbox/providers/digitalocean/resources/container-registry.ts";
import { project } from "../../../sandbox/providers/digitalocean/resources/project.ts";
import { projectResources } from "../../../sandbox/providers/digitalocean/resources/project-resources.ts";
import { vpc } from "../../../sandbox/providers/digitalocean/resources/vpc.ts";
import { requestsOf } from "./support.ts";

const listing = "/v2/projects/p1/resources?page=1&per_page=200";
const contents = "/v2/projects/p1/resources";
const fallback = "/v2/projects/d0/resources";
const projectAnswers = {
  "POST /v2/projects": {
    reply: { project: { id: "p1", name: "erp", purpose: "Other: accounting", environment: "Production" } },
  },
  "GET /v2/projects/p1": {
    reply: { project: { id: "p1", name: "erp", purpose: "Other: accounting", environment: "Production" } },
  },
  "PATCH /v2/projects/p1": {
    reply: { project: { id: "p1", name: "erp", purpose: "accounting", environment: "Production" } },
  },
  "GET /v2/projects/default": { reply: { project: { id: "d0" } } },
  [`GET ${listing}`]: { reply: { resources: [{ urn: "do:droplet:1" }, { urn: "do:domain:x" }] } },
  [`POST ${contents}`]: { reply: {} },
  [`POST ${fallback}`]: { reply: {} },
  "DELETE /v2/projects/p1": [
    { status: 412, body: { message: "cannot delete a project with resources" } },
    { status: 204 },
  ],
};

test("a project takes resources in, hands the ones no longer wanted to the default project, and goes when empty", async () => {
  const declared = { name: "erp", purpose: "accounting", environment: "production" };
  const requests = await requestsOf(project, projectAnswers, async (life) => {
    const { id, state } = await life.create({ ...declared, resources: ["do:droplet:1", "do:domain:x"] });
    assert.deepEqual(
      life.changes(state.fields, { ...declared, resources: ["do:domain:x", "do:droplet:1"] }).changes,
      [],
    );
    const updated = await life.update(id, state.fields, {
      ...declared,
      resources: ["do:domain:x", "do:app:a"],
    });
    await life.delete(id, updated.state.fields);
  });
  const settings = { name: "erp", purpose: "accounting", environment: "production", description: "" };
  assert.deepEqual(requests, [
    ["POST", "/v2/projects", settings],
    ["POST", contents, { resources: ["do:droplet:1", "do:domain:x"] }],
    ["PATCH", "/v2/projects/p1", { ...settings, is_default: false }],
    ["GET", "/v2/projects/default"],
    ["POST", fallback, { resources: ["do:droplet:1"] }],
    ["POST", contents, { resources: ["do:app:a"] }],
    ["GET", "/v2/projects/default"],
    ["POST", fallback, { resources: ["do:domain:x", "do:app:a"] }],
    ["DELETE", "/v2/projects/p1"],
    ["DELETE", "/v2/projects/p1"],
  ]);
});

test("resources of a project show only the ones they declare", async () => {
  await requestsOf(projectResources, projectAnswers, async (life) => {
    const declared = { project: "p1", resources: ["do:app:a", "do:domain:x"] };
    const { id } = await life.create(declared);
    const refreshed = await life.read(id, declared, declared);
    assert.deepEqual(refreshed?.state.fields, { project: "p1", resources: ["do:domain:x"] });
  });
});

test("a registry changes its tier in place", async () => {
  const tier = (slug: string) => ({ reply: { subscription: { tier: { slug } } } });
  const registry = {
    reply: { registry: { name: "images", region: "sfo3", created_at: "2025-11-03T00:00:00Z" } },
  };
  const answers = {
    "POST /v2/registry": registry,
    "GET /v2/registries/images": registry,
    "GET /v2/registries/subscription": [tier("basic"), tier("professional")],
    "POST /v2/registries/subscription": { reply: {} },
    "DELETE /v2/registries/images": { status: 204 },
  };
  const requests = await requestsOf(containerRegistry, answers, async (life) => {
    const { id, state } = await life.create({ name: "images", subscriptionTierSlug: "basic" });
    assert.equal(state.fields.endpoint, "registry.digitalocean.com/images");
    const updated = await life.update(id, state.fields, {
      name: "images",
      subscriptionTierSlug: "professional",
    });
    assert.equal(updated.state.fields.subscriptionTierSlug, "professional");
    await life.delete(id, updated.state.fields);
  });
  assert.deepEqual(requests, [
    ["POST", "/v2/registry", { name: "images", subscription_tier_slug: "basic" }],
    ["GET", "/v2/registries/subscription"],
    ["POST", "/v2/registries/subscription", { tier_slug: "professional" }],
    ["GET", "/v2/registries/images"],
    ["GET", "/v2/registries/subscription"],
    ["DELETE", "/v2/registries/images"],
  ]);
});

test("a network is deleted once its members are gone, and says why it was not", async () => {
  const inUse = { status: 409, body: { message: "Can not delete VPC with members" } };
  const freed = { "DELETE /v2/vpcs/v1": [inUse, inUse, { status: 204 }] };
  assert.equal((await requestsOf(vpc, freed, (life) => life.delete("v1", {}))).length, 3);
  await requestsOf(vpc, { "DELETE /v2/vpcs/v1": inUse }, async (life) => {
    await assert.rejects(
      life.delete("v1", {}),
      /Gave up .* after 120 seconds.*Can not delete VPC with members/,
    );
  });
});
