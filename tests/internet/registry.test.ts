import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { execa } from "execa";
import { catalogue } from "../../config/catalogue.ts";
import { imageReference } from "../../host/render/image.ts";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import { parseReference, type StandInImage } from "../../sandbox/internet/registry/images.ts";
import { type Layer, obtainLayer, played } from "../../sandbox/internet/registry/layer.ts";
import { registries } from "../../sandbox/internet/registry/registry.ts";
import { writeLayout } from "../real/support.ts";

const folder = mkdtempSync(join(tmpdir(), "registry-"));
const reference = "docker.io/library/odoo:18.0-20260421";
const images: StandInImage[] = [{ reference, plays: "odoo" }];

describe("The registries of the world", () => {
  let server: Server;
  let base: string;
  let layer: Layer;
  before(async () => {
    const options = { cache: cacheFolder(), projectRoot: "", report: () => {}, note: () => {} };
    layer = await obtainLayer(options);
    const site = registries(images, layer);
    server = createServer((request, response) => void site.serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  });
  after(() => {
    server?.closeAllConnections();
    server?.close();
    rmSync(folder, { recursive: true });
  });

  /** What a registry answers under its own name. */
  async function ask(host: string, path: string, headers: Record<string, string> = {}, method = "GET") {
    const [program = "", ...words] = [
      "curl",
      "--silent",
      "--show-error",
      "--request",
      method,
      "--header",
      `host: ${host}`,
    ];
    const sent = Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]);
    const file = join(folder, "answer");
    const format = ["--output", file, "--write-out", "%{http_code} %header{docker-content-digest}"];
    const { stdout } = await execa(program, [...words, ...sent, ...format, `${base}${path}`]);
    const [status, digest = ""] = stdout.split(" ");
    return { status: Number(status), digest, body: readFileSync(file) };
  }
  const sha256 = (body: Buffer) => `sha256:${createHash("sha256").update(body).digest("hex")}`;

  test("an image is pulled by tag, and every part is what its digest says", async () => {
    assert.equal((await ask("registry-1.docker.io", "/v2/")).status, 200);
    const manifest = await ask("registry-1.docker.io", "/v2/library/odoo/manifests/18.0-20260421");
    assert.equal(manifest.status, 200);
    assert.equal(sha256(manifest.body), manifest.digest);
    const { config, layers } = JSON.parse(manifest.body.toString());
    const settings = await ask("registry-1.docker.io", `/v2/library/odoo/blobs/${config.digest}`);
    assert.equal(sha256(settings.body), config.digest);
    const { config: image, rootfs } = JSON.parse(settings.body.toString());
    assert.equal(image.Labels["org.insightpulse.stand-in"], "true");
    assert.deepEqual(image.Cmd, ["/usr/bin/odoo"]);
    const content = await ask("registry-1.docker.io", `/v2/library/odoo/blobs/${layers[0].digest}`);
    assert.equal(sha256(content.body), layers[0].digest);
    assert.equal(content.body.length, layers[0].size);
    assert.equal(rootfs.diff_ids[0], layer.contentDigest);
    const byDigest = await ask("registry-1.docker.io", `/v2/library/odoo/manifests/${manifest.digest}`);
    assert.deepEqual(byDigest.body, manifest.body);
  });

  test("a real image that was fetched is given as it is, and no stand-in beside it", async () => {
    const layout = join(folder, "layout");
    const file = join(folder, "layer.tar");
    writeFileSync(file, "not unpacked by anybody here");
    const digest = sha256(readFileSync(file));
    const type = "application/vnd.oci.image.layer.v1.tar";
    writeLayout(layout, { file, type, digest, contentDigest: digest, size: 28 }, { Cmd: ["/real"] });
    const site = registries([{ reference: "docker.io/n8nio/n8n:2.35.7", plays: "n8n", layout }], layer);
    const real = createServer((request, response) => void site.serve(request, response));
    await new Promise<void>((resolve) => real.listen(0, "127.0.0.1", resolve));
    const before = base;
    base = `http://127.0.0.1:${(real.address() as { port: number }).port}`;
    try {
      const manifest = await ask("registry-1.docker.io", "/v2/n8nio/n8n/manifests/2.35.7");
      assert.equal(sha256(manifest.body), manifest.digest);
      const { config, layers } = JSON.parse(manifest.body.toString());
      const settings = await ask("registry-1.docker.io", `/v2/n8nio/n8n/blobs/${config.digest}`);
      assert.deepEqual(JSON.parse(settings.body.toString()).config, { Cmd: ["/real"] });
      assert.deepEqual([layers[0].digest, layers[0].mediaType], [digest, type]);
      const content = await ask("registry-1.docker.io", `/v2/n8nio/n8n/blobs/${digest}`);
      assert.equal(content.body.toString(), "not unpacked by anybody here");
    } finally {
      base = before;
      real.closeAllConnections();
      real.close();
    }
  });

  test("other tags, other images and the same image elsewhere are unknown", async () => {
    assert.equal((await ask("registry-1.docker.io", "/v2/library/odoo/manifests/latest")).status, 404);
    assert.equal((await ask("registry-1.docker.io", "/v2/library/nginx/manifests/1")).status, 404);
    assert.equal((await ask("ghcr.io", "/v2/library/odoo/manifests/18.0-20260421")).status, 404);
  });

  test("every stand-in has a release that works and one that does not, each another image", async () => {
    const digests = new Set<string>();
    for (const tag of ["18.0-20260421", "18.0-20260421-next", "18.0-20260421-broken"]) {
      const { digest, release } = await manifestOf(tag);
      assert.equal(release, tag);
      digests.add(digest);
    }
    assert.equal(digests.size, 3);
  });

  /** The digest of one of Odoo's releases, and what the image says which it is. */
  async function manifestOf(tag: string) {
    const manifest = await ask("registry-1.docker.io", `/v2/library/odoo/manifests/${tag}`);
    const { config } = JSON.parse(manifest.body.toString());
    const settings = await ask("registry-1.docker.io", `/v2/library/odoo/blobs/${config.digest}`);
    const { Env } = JSON.parse(settings.body.toString()).config;
    const named = (Env as string[]).find((variable) => variable.startsWith("STAND_IN_RELEASE="));
    return { digest: manifest.digest, release: named?.split("=")[1] };
  }

  test("nobody can push to the public ones", async () => {
    assert.equal(
      (await ask("registry-1.docker.io", "/v2/library/odoo/blobs/uploads/", {}, "POST")).status,
      405,
    );
  });

  test("a content that was pinned by its digest has no stand-in", () => {
    assert.throws(() => parseReference(`docker.io/library/odoo@sha256:${"0".repeat(64)}`), /no stand-in/);
  });

  test("every service of the catalogue that is an image is played", () => {
    const wanted = Object.values(catalogue).flatMap((service) =>
      service.kind === "external" ? [] : [service.image],
    );
    for (const image of wanted) {
      const { repository } = parseReference(imageReference(image, "fin-workspace"));
      const name = repository
        .split("/")
        .at(-1)
        ?.replace("mattermost-team-edition", "mattermost")
        .replace("mcp-coordinator", "mcp");
      assert.ok(
        played.some((one) => one === name),
        `${repository} is not played`,
      );
    }
  });
});
