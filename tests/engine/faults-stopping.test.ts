import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { CreateBucketCommand, DeleteBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { FaultySandbox, type Request } from "../support/faulty-sandbox.ts";
import { waitFor } from "../support/wait-for.ts";

const sandbox = new FaultySandbox();
before(() => sandbox.prepare());
after(() => sandbox.remove());

const fillers = { image: "ubuntu-24-04-x64", size: "s-1vcpu-1gb", region: "sfo2" };
const takenApp = {
  name: "superset-staging",
  region: "sfo",
  workers: [
    { name: "worker", image: { registry_type: "DOCKER_HUB", registry: "library", repository: "busybox" } },
  ],
};
const takenBucket = "insightpulse-staging-backups";

async function withSpaces(work: (client: S3Client) => Promise<unknown>): Promise<void> {
  const { spacesUrl, spacesAccessKeyId, spacesSecretAccessKey } = sandbox.cloud() as ReturnType<
    typeof sandbox.cloud
  > & { spacesUrl: string };
  const client = new S3Client({
    endpoint: spacesUrl,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: spacesAccessKeyId, secretAccessKey: spacesSecretAccessKey },
  });
  await work(client).finally(() => client.destroy());
}

/** Every request that was not answered with a success, as `METHOD path status`. */
async function refused(): Promise<Set<string>> {
  const requests = (await sandbox.requests()) as Request[];
  const failed = requests.filter(({ status }) => status === 0 || status >= 400);
  return new Set(failed.map(({ method, path, status }) => `${method} ${path} ${status}`));
}

suite("a token that has expired", () => {
  test("stops up in the vendor's words, and nothing is made with it", async () => {
    const { droplets, apps, domains, vpcs } = await sandbox.inventory();
    const up = await sandbox.up([], { DIGITALOCEAN_TOKEN: "dop_v1_expired" });
    assert.notEqual(up.exitCode, 0);
    assert.match(up.printed, /401.*Unable to authenticate you/);
    // Which call is refused first is the engine's choice.
    assert.ok([...(await refused())].some((call) => call.endsWith(" 401")));
    const now = await sandbox.inventory();
    assert.deepEqual([now.droplets, now.apps, now.domains, now.vpcs], [droplets, apps, domains, vpcs]);
  });
});

suite("what the account refuses stops up in the vendor's words", () => {
  let printed: string;
  let generated: Record<string, string>;
  let takenAppId: string;
  let fillerIds: number[];
  before(async () => {
    const { droplets = [], account } = await sandbox.inventory();
    const room = Number(account?.[0]?.droplet_limit) - droplets.length;
    const names = Array.from({ length: room }, (_, index) => `filler-${index}`);
    fillerIds = (await sandbox.byHand("POST", "/v2/droplets", { names, ...fillers })).droplets.map(
      ({ id }: { id: number }) => id,
    );
    takenAppId = (await sandbox.byHand("POST", "/v2/apps", { spec: takenApp })).app.id;
    await withSpaces((client) => client.send(new CreateBucketCommand({ Bucket: takenBucket })));
    await sandbox.fault("status --status 500 --method POST --path /v2/domains");
    await sandbox.fault("reset --method POST --path /v2/projects");
    await sandbox.fault("status --status 403 --method POST --path /v2/uptime/checks");
    await sandbox.fault("deployment-fails --method POST --path /v2/apps");
    // All that can go on does, so that one run meets every fault.
    const up = await sandbox.up(["--continue-on-error"]);
    assert.notEqual(up.exitCode, 0);
    printed = up.printed;
    generated = await sandbox.generated();
  });

  const faults: Readonly<Record<string, { request: string; words: RegExp }>> = {
    "a server error that stays": {
      request: "POST /v2/domains 500",
      words: /\(dns-zone\):\s+error: .*500.*Unexpected server-side error/,
    },
    "a connection that always breaks": {
      request: "POST /v2/projects 0",
      words: /\(project-project\):\s+error: .*\/v2\/projects/,
    },
    "a token without the scope": {
      request: "POST /v2/uptime/checks 403",
      words: /\(service-odoo-check\):\s+error: .*403.*You are not authorized to perform this operation/,
    },
    "the account's quota of droplets": {
      request: "POST /v2/droplets 422",
      words: /\(host-erp-droplet\):\s+error: .*422.*will exceed your droplet limit/,
    },
    "an app's name that is taken": {
      request: "POST /v2/apps 400",
      words: /\(app-superset-app\):\s+error: .*400.*an app with this name already exists/,
    },
    "a bucket's name that is taken": {
      request: `PUT /${takenBucket} 409`,
      words: /\(backups-first\):\s+error: .*BucketAlreadyOwnedByYou/,
    },
  };
  for (const [what, { request, words }] of Object.entries(faults)) {
    test(what, async () => {
      const seen = [...(await refused())];
      assert.ok(seen.includes(request), seen.join("\n"));
      assert.match(printed, words);
    });
  }

  test("a server error that stays is not asked about for ever", async () => {
    const answers = (await sandbox.met("POST", "/v2/domains")).map(({ status }) => status);
    // The run with the expired token may have asked for the zone too: how far it comes is the engine's choice.
    assert.deepEqual(
      answers.filter((status) => status !== 401),
      [500, 500, 500],
    );
  });

  test("an app whose deployment fails: the step that failed is named, and its id is kept", async () => {
    const { deployments = [] } = await sandbox.inventory();
    assert.ok(deployments.some(({ phase }) => phase === "ERROR"));
    // The official provider prints the vendor's answer as it is, the stand-in as a sentence.
    const step = /(ERROR: deploy: |Name:"deploy", Status:"ERROR").*did not become healthy/s;
    assert.match(printed.slice(printed.search(/\(app-mcp-app\):\s+error: /)), step);
    const app = (await sandbox.state()).find(({ urn }) => urn.endsWith("::app-mcp-app"));
    assert.match(JSON.stringify(app), /"id":"[0-9a-f-]{36}"/);
  });

  test("an app that never went live is not taken for one that did: the next up stops at it", async () => {
    await sandbox.run("fault", "clear");
    for (const id of fillerIds) await sandbox.byHand("DELETE", `/v2/droplets/${id}`);
    await sandbox.byHand("DELETE", `/v2/apps/${takenAppId}`);
    await withSpaces((client) => client.send(new DeleteBucketCommand({ Bucket: takenBucket })));
    const up = await sandbox.up();
    assert.notEqual(up.exitCode, 0);
  });

  test("deployed by hand and refreshed, up converges: each thing once, no password made anew", async () => {
    const { apps = [] } = await sandbox.inventory();
    const { id } = apps.find(({ spec }) => (spec as { name: string }).name === "mcp-staging") ?? {};
    await sandbox.byHand("POST", `/v2/apps/${id}/deployments`, {});
    const live = async () => "active_deployment" in (await sandbox.byHand("GET", `/v2/apps/${id}`)).app;
    await waitFor(live, "the app to be live");
    const up = await sandbox.up(["--refresh"]);
    assert.equal(up.exitCode, 0, up.printed);
    await sandbox.assertConverges();
    await sandbox.assertKept(generated);
  });
});
