import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Sealer } from "../../sandbox/cloud/core/sealing.ts";
import type { AppDeployment } from "../../sandbox/internet/apps/deployed-apps.ts";
import { environmentOf } from "../../sandbox/internet/apps/environment.ts";
import { imageOf } from "../../sandbox/internet/apps/image-of.ts";
import { destinationOf } from "../../sandbox/internet/apps/ingress.ts";

const service = (name: string) => ({ name, http_port: 3000, envs: [] });
const toComponent = (prefix: string, name: string, more = {}) => ({
  match: { path: { prefix } },
  component: { name, ...more },
});

describe("The ingress rules of an app", () => {
  const app: Pick<AppDeployment, "services" | "rules"> = {
    services: [service("api"), service("web")],
    rules: [
      toComponent("/", "site"),
      toComponent("/api", "api"),
      toComponent("/api/deep", "web", { preserve_path_prefix: true }),
      toComponent("/old", "web", { rewrite: "/new/" }),
      { match: { path: { exact: "/api/exactly" } }, component: { name: "web" } },
    ],
  };
  const lead = (url: string, one = app) => {
    const { service: name, path } = destinationOf(one, url) ?? assert.fail();
    return `${name} ${path}`;
  };

  test("the longest prefix wins, and is cut off unless it is to be kept", () => {
    assert.equal(lead("/api"), "api /");
    assert.equal(lead("/api/a/b?c=/d?"), "api /a/b?c=/d?");
    assert.equal(lead("/api/deep/a"), "web /api/deep/a");
    assert.equal(lead("/api/exactly"), "web /");
    assert.equal(lead("/old/a"), "web /new/a");
  });

  test("a prefix ends where a part of the path does, and a static site is answered by the first service", () => {
    assert.equal(lead("/apis?x"), "api /apis?x");
    assert.equal(lead("/index.html"), "api /index.html");
  });

  test("without rules everything is the first service's, and without services there is nothing", () => {
    assert.equal(lead("/a", { ...app, rules: [] }), "api /a");
    assert.equal(destinationOf({ ...app, services: [] }, "/"), undefined);
  });
});

test("A secret of another app is not opened", () => {
  const sealer = new Sealer(Buffer.alloc(32));
  const [nonce, text] = sealer.encrypt("hidden", "one");
  const value = `EV[1:${nonce.toString("base64")}:${text.toString("base64")}]`;
  const app = { id: "one", variables: [] };
  assert.deepEqual(environmentOf(app, [{ key: "A", value }], sealer), { A: "hidden" });
  assert.throws(() => environmentOf({ ...app, id: "two" }, [{ key: "A", value }], sealer));
});

describe("The image of an app's component", () => {
  const account = { registry: "fin-workspace" };
  const of = (image: Parameters<typeof imageOf>[0]["image"]) => imageOf({ image }, account, undefined);

  test("is the one it names, where the vendor would look for it", () => {
    const digest = `sha256:${"0".repeat(64)}`;
    assert.equal(
      of({ registry_type: "DOCR", repository: "mcp-coordinator", digest }),
      `registry.digitalocean.com/fin-workspace/mcp-coordinator@${digest}`,
    );
    assert.equal(
      of({ registry_type: "DOCKER_HUB", registry: "apache", repository: "superset", tag: "4.1.1" }),
      "docker.io/apache/superset:4.1.1",
    );
    assert.equal(of({ registry_type: "GHCR", registry: "a", repository: "b" }), "ghcr.io/a/b:latest");
  });

  test("is a stand-in where the vendor would build one, if somebody plays the app", () => {
    assert.equal(imageOf({}, account, "mcp"), "docker.io/stand-in-builds/mcp:1");
    assert.equal(imageOf({}, account, undefined), undefined);
  });
});
