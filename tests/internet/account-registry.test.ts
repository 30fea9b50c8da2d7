import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { noInternetBecause, SmallInternet } from "./support/small-internet.ts";

describe("The account's own registry", { skip: noInternetBecause }, () => {
  const internet = new SmallInternet("registry-test");
  const name = "registry.digitalocean.com/fin-workspace/ocr-service";
  before(() => internet.start({ images: [{ reference: `${name}:1.0.0`, plays: "ocr-service" }] }));
  after(() => internet.stop());

  /** Runs skopeo with a login at the registry, user and password with a colon between; with none when it is left out. */
  function skopeo(login: string | undefined, ...words: string[]) {
    const file = join(internet.folder, "logins.json");
    const auth = login === undefined ? {} : { auth: Buffer.from(login).toString("base64") };
    writeFileSync(file, JSON.stringify({ auths: { "registry.digitalocean.com": auth } }));
    return internet.run(["skopeo", "--insecure-policy", ...words], { env: { REGISTRY_AUTH_FILE: file } });
  }
  const owner = () => `${internet.token}:${internet.token}`;
  /** A login as the account's API gives it out. */
  async function issued(query: string): Promise<string> {
    const { body } = await internet.api("GET", `/registry/docker-credentials${query}`);
    return Buffer.from(body.auths["registry.digitalocean.com"].auth, "base64").toString();
  }
  const digestOf = (layout: string) =>
    JSON.parse(readFileSync(join(layout, "index.json"), "utf8")).manifests[0].digest;

  test("lets nobody in without a login of the account's", async () => {
    for (const login of [undefined, "u:p", `${internet.token}:p`]) {
      const refused = await skopeo(login, "inspect", `docker://${name}:1.0.0`);
      assert.notEqual(refused.exitCode, 0, String(login));
      assert.match(refused.stderr, /unauthorized|authentication required/);
    }
  });

  test("has the stand-in of what the owner's pipeline would have pushed, with its releases", async () => {
    const inspected = await skopeo(owner(), "inspect", `docker://${name}:1.0.0`);
    assert.equal(inspected.exitCode, 0, inspected.stderr);
    const { Labels, RepoTags } = JSON.parse(inspected.stdout);
    assert.equal(Labels["org.insightpulse.stand-in"], "true");
    assert.deepEqual(RepoTags.sort(), ["1.0.0", "1.0.0-broken", "1.0.0-next"]);
  });

  test("takes what is pushed, and gives it by its digest, also after a restart", async () => {
    const [taken, given] = ["taken", "given"].map((folder) => join(internet.folder, folder)) as [
      string,
      string,
    ];
    const copy = (...words: string[]) => skopeo(owner(), "copy", "--quiet", ...words);
    assert.equal((await copy(`docker://${name}:1.0.0-next`, `oci:${taken}:image`)).exitCode, 0);
    const pushed = await copy(`oci:${taken}:image`, `docker://${name}:1.0.0`);
    assert.equal(pushed.exitCode, 0, pushed.stderr);
    await internet.endInternet("SIGTERM");
    await internet.startInternet();
    const digest = digestOf(taken);
    const pulled = await copy(`docker://${name}@${digest}`, `oci:${given}:image`);
    assert.equal(pulled.exitCode, 0, pulled.stderr);
    assert.equal(digestOf(given), digest);
    // What the owner has pushed is not put back to the stand-in of before.
    assert.equal(
      JSON.parse((await skopeo(owner(), "inspect", `docker://${name}:1.0.0`)).stdout).Digest,
      digest,
    );
  });

  test("a login that may only read pushes nothing; one that may write does", async () => {
    const layout = join(internet.folder, "pushed");
    await skopeo(owner(), "copy", "--quiet", `docker://${name}:1.0.0`, `oci:${layout}:image`);
    const push = (login: string, repository: string) =>
      skopeo(login, "copy", "--quiet", `oci:${layout}:image`, `docker://${repository}:2`);
    const reader = await issued("?read_write=false");
    assert.equal((await skopeo(reader, "inspect", `docker://${name}:1.0.0`)).exitCode, 0);
    const refused = await push(reader, name);
    assert.notEqual(refused.exitCode, 0);
    assert.match(refused.stderr, /this login may only read|denied/);
    const writer = await issued("?read_write=true&expiry_seconds=3600");
    const done = await push(writer, name);
    assert.equal(done.exitCode, 0, done.stderr);
    // There is no registry but the account's.
    assert.notEqual((await push(writer, "registry.digitalocean.com/another/ocr-service")).exitCode, 0);
  });

  test("a login is good until it expires, and its words are in no file of the cloud", async () => {
    const login = await issued("?expiry_seconds=1");
    const [user = ""] = login.split(":");
    assert.ok(!readFileSync(join(internet.cloudFolder, "state.json"), "utf8").includes(user));
    let inspected = await skopeo(login, "inspect", `docker://${name}:1.0.0`);
    for (const end = Date.now() + 20_000; inspected.exitCode === 0 && Date.now() < end; )
      inspected = await skopeo(login, "inspect", `docker://${name}:1.0.0`);
    assert.match(inspected.stderr, /unauthorized|authentication required/);
  });
});
