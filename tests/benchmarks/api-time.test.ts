import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { apiSteps, type LoggedRequest } from "../../benchmarks/api-time.ts";

const latencies = { request: 100, droplet: 5000, deployment: 9000 };
const request = (method: string, path: string, server = "api"): LoggedRequest => ({ server, method, path });
const resource = (urn: string, type: string, ...dependencies: string[]) => ({ urn, type, dependencies });

/** Own time of each resource. */
function times(...given: Parameters<typeof apiSteps>): Record<string, number> {
  return Object.fromEntries(apiSteps(...given).map(({ id, milliseconds }) => [id, milliseconds]));
}

suite("the time a resource waits for the API", () => {
  test("is its requests and its machine's start; asking the same again counts once", () => {
    const droplets = ["a", "b"].map((urn) => resource(urn, "digitalocean:index/droplet:Droplet"));
    const log = ["1", "2"].flatMap((id) => [
      request("POST", "/v2/droplets"),
      ...Array.from({ length: 7 }, () => request("GET", `/v2/droplets/${id}`)),
    ]);
    assert.deepEqual(times(droplets, log, latencies), { a: 5200, b: 5200 });
  });

  test("tells alike paths apart: an alert is not a check, a record not a zone", () => {
    const resources = [
      resource("zone", "digitalocean:index/domain:Domain"),
      resource("record", "digitalocean:index/dnsRecord:DnsRecord", "zone"),
      resource("check", "digitalocean:index/uptimeCheck:UptimeCheck"),
      resource("alert", "digitalocean:index/uptimeAlert:UptimeAlert", "check"),
      resource("bucket", "digitalocean:index/spacesBucket:SpacesBucket"),
      resource("password", "random:index/randomPassword:RandomPassword"),
    ];
    const log = [
      request("POST", "/v2/domains"),
      request("POST", "/v2/domains/example.test/records"),
      request("POST", "/v2/uptime/checks"),
      request("GET", "/v2/uptime/checks/1"),
      request("POST", "/v2/uptime/checks/1/alerts"),
      ...["", "?versioning", "?lifecycle"].map((query) => request("PUT", `/backups${query}`, "spaces")),
    ];
    const expected = { zone: 100, record: 100, check: 200, alert: 100, bucket: 300, password: 0 };
    assert.deepEqual(times(resources, log, latencies), expected);
  });

  test("a request of no known resource is an error, so that no wait is left out unseen", () => {
    assert.throws(
      () => apiSteps([], [request("POST", "/v2/kites")], latencies),
      /POST \/v2\/kites belongs to no/,
    );
  });
});
