import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Json, refused, startCloud, type TestCloud } from "./support.ts";

describe("volumes, tags and projects", () => {
  let cloud: TestCloud;
  let droplet: Json;
  before(async () => {
    cloud = await startCloud();
    const wanted = { name: "host", region: "sgp1", size: "s-1vcpu-1gb", image: "debian-13-x64" };
    const { id } = await cloud.make("/droplets", "droplet", wanted);
    const seen = await cloud.eventually(`/droplets/${id}`, (body) => body.droplet.status === "active");
    droplet = seen.droplet;
  });
  after(() => cloud?.dispose());

  const volume = (name: string, more: object = {}) =>
    cloud.make("/volumes", "volume", { name, region: "sgp1", size_gigabytes: 10, ...more });
  async function act(id: string, action: object): Promise<Json> {
    const started = await cloud.make(`/volumes/${id}/actions`, "action", action);
    await cloud.eventually(`/actions/${started.id}`, (body) => body.action.status === "completed");
    return (await cloud.api("GET", `/volumes/${id}`)).body.volume;
  }

  test("a volume is attached, grows, and is only deleted when it is free", async () => {
    const { id } = await volume("data", { filesystem_type: "ext4", tags: ["backed-up"] });
    assert.deepEqual((await act(id, { type: "attach", droplet_id: droplet.id })).droplet_ids, [droplet.id]);
    const host = (await cloud.api("GET", `/droplets/${droplet.id}`)).body.droplet;
    assert.deepEqual(host.volume_ids, [id]);
    assert.equal((await act(id, { type: "resize", size_gigabytes: 20, region: "sgp1" })).size_gigabytes, 20);
    const shrink = await cloud.api("POST", `/volumes/${id}/actions`, { type: "resize", size_gigabytes: 5 });
    refused(shrink, 422, "unprocessable_entity", /only be made larger/);
    refused(await cloud.api("DELETE", `/volumes/${id}`), 409, "conflict", /attached/);
    assert.deepEqual((await act(id, { type: "detach", droplet_id: droplet.id })).droplet_ids, []);
    assert.equal((await cloud.api("DELETE", `/volumes/${id}`)).status, 204);
  });

  test("a volume that does not fit is refused", async () => {
    await volume("taken");
    const wrong: [object, number, string, RegExp][] = [
      [{ name: "taken" }, 409, "conflict", /already exists/],
      [{ name: "Upper" }, 422, "unprocessable_entity", /name/],
      [{ name: "small", size_gigabytes: 0 }, 422, "unprocessable_entity", /size_gigabytes/],
      [{ name: "large", size_gigabytes: 16_385 }, 422, "unprocessable_entity", /size_gigabytes/],
      [{ name: "lost", region: "mars1" }, 422, "unprocessable_entity", /region/],
      [{ name: "odd", filesystem_type: "fat" }, 422, "unprocessable_entity", /filesystem_type/],
      [{ name: "extra", iops: 5 }, 422, "unprocessable_entity", /iops: unknown field/],
    ];
    for (const [change, status, id, words] of wrong) {
      const body = { name: "v", region: "sgp1", size_gigabytes: 1, ...change };
      refused(await cloud.api("POST", "/volumes", body), status, id, words);
    }
  });

  test("a volume of another region cannot be attached", async () => {
    const { id } = await volume("elsewhere", { region: "nyc3" });
    const answer = await cloud.api("POST", `/volumes/${id}/actions`, {
      type: "attach",
      droplet_id: droplet.id,
    });
    refused(answer, 422, "unprocessable_entity", /same region/);
  });

  test("a snapshot of a volume can be made, listed and grown from", async () => {
    const { id } = await volume("pictured");
    const snapshot = await cloud.make(`/volumes/${id}/snapshots`, "snapshot", { name: "picture" });
    assert.equal(snapshot.resource_type, "volume");
    const grown = await volume("grown", { size_gigabytes: 12, snapshot_id: snapshot.id });
    assert.equal(grown.size_gigabytes, 12);
    const body = { name: "shrunk", region: "sgp1", size_gigabytes: 1, snapshot_id: snapshot.id };
    refused(await cloud.api("POST", "/volumes", body), 422, "unprocessable_entity", /at least/);
    assert.equal((await cloud.api("GET", "/snapshots?resource_type=volume")).body.snapshots.length, 1);
  });

  test("a tag counts what carries it and lets go of everything when it goes", async () => {
    await cloud.make("/tags", "tag", { name: "prod" });
    const resources = [{ resource_id: String(droplet.id), resource_type: "droplet" }];
    assert.equal((await cloud.api("POST", "/tags/prod/resources", { resources })).status, 204);
    assert.equal((await cloud.api("GET", "/tags/prod")).body.tag.resources.droplets.count, 1);
    assert.equal((await cloud.api("DELETE", "/tags/prod/resources", { resources })).status, 204);
    assert.equal((await cloud.api("GET", "/tags/prod")).body.tag.resources.count, 0);
    await cloud.api("POST", "/tags/prod/resources", { resources });
    assert.equal((await cloud.api("DELETE", "/tags/prod")).status, 204);
    assert.deepEqual((await cloud.api("GET", `/droplets/${droplet.id}`)).body.droplet.tags, []);
    refused(await cloud.api("GET", "/tags/prod"), 404, "not_found", /./);
    refused(await cloud.api("POST", "/tags", { name: "two words" }), 422, "unprocessable_entity", /name/);
  });

  test("new things lie in the default project until they are put elsewhere", async () => {
    const urn = `do:droplet:${droplet.id}`;
    const urns = async (project: string) =>
      (await cloud.api("GET", `/projects/${project}/resources?per_page=200`)).body.resources.map(
        (one: Json) => one.urn,
      );
    assert.ok((await urns("default")).includes(urn));
    const body = { name: "finance", purpose: "Web Application", environment: "production" };
    const project = await cloud.make("/projects", "project", body);
    assert.equal(project.environment, "Production");
    const { resources } = (await cloud.api("POST", `/projects/${project.id}/resources`, { resources: [urn] }))
      .body;
    assert.equal(resources[0].status, "assigned");
    assert.deepEqual([await urns(project.id), (await urns("default")).includes(urn)], [[urn], false]);
    refused(
      await cloud.api("DELETE", `/projects/${project.id}`),
      412,
      "precondition_failed",
      /with resources/,
    );
    await cloud.api("POST", "/projects/default/resources", { resources: [urn] });
    assert.equal((await cloud.api("DELETE", `/projects/${project.id}`)).status, 204);
  });

  test("what cannot be in a project is refused, and what is gone is told", async () => {
    const assign = (urn: string) => cloud.api("POST", "/projects/default/resources", { resources: [urn] });
    refused(await assign("do:vpc:0d3ec42e-f3ec-4c99-97ef-aa62d5db6b09"), 400, "bad_request", /not supported/);
    assert.equal((await assign("do:droplet:1")).body.resources[0].status, "not_found");
  });

  test("a project is changed without the fields that stay, and the default one cannot go", async () => {
    const project = await cloud.make("/projects", "project", { name: "second", purpose: "Other" });
    const body = { name: "renamed", description: null, purpose: null, environment: null, is_default: null };
    const { body: changed } = await cloud.api("PUT", `/projects/${project.id}`, body);
    assert.deepEqual([changed.project.name, changed.project.purpose], ["renamed", "Other"]);
    const { id } = (await cloud.api("GET", "/projects/default")).body.project;
    refused(await cloud.api("DELETE", `/projects/${id}`), 412, "precondition_failed", /default/);
    await cloud.api("PATCH", `/projects/${project.id}`, { is_default: true });
    assert.equal((await cloud.api("GET", "/projects/default")).body.project.id, project.id);
    refused(await cloud.api("POST", "/projects", { name: "renamed", purpose: "x" }), 409, "conflict", /name/);
  });
});
