import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, suite, test } from "node:test";
import { loadConfiguration } from "../../config/load.ts";
import { hostServices } from "../../config/resolve.ts";
import { signOnProxy } from "../../config/sign-on.ts";
import { imageReference } from "../../host/render/image.ts";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import { obtainBuiltImages } from "../../sandbox/internet/registry/built-images.ts";
import { obtainLayer } from "../../sandbox/internet/registry/layer.ts";
import { SignOn } from "../platform/sign-on.ts";
import { Platform, say, skip, told } from "../platform/support.ts";
import { readStackFile } from "../support/stack-file.ts";
import { n8nVersion, writeN8nImage } from "./n8n-image.ts";
import { Mirror, writeMirroredStandIn } from "./support.ts";

const config = loadConfiguration(readStackFile("prod"));
const services = hostServices(config.resolvedServices);
const program = resolve(import.meta.dirname, "../../scripts/sandbox");

suite("the real n8n, fetched from a mirror by --images real", { skip, timeout: 45 * 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "real-"));
  let mirror: Mirror;
  let platform: Platform;

  before(async () => {
    mirror = await Mirror.start(folder);
    const options = { cache: cacheFolder(), projectRoot: "", report: () => {}, note: () => {} };
    const layer = await obtainLayer(options);
    for (const { name, image } of services) {
      const layout = mkdtempSync(join(folder, "layout-"));
      if (name === "n8n") await writeN8nImage(layout);
      else writeMirroredStandIn(layout, name === "ocr" ? "ocr-service" : name, layer);
      await mirror.take(layout, imageReference(image, config.registry.name));
      rmSync(layout, { recursive: true });
    }
    await mirror.take((await obtainBuiltImages(options))["oauth2-proxy"], signOnProxy.image);
    platform = await Platform.own("prod", { SANDBOX_IMAGES: "real", SANDBOX_IMAGE_MIRROR: mirror.url });
  });
  after(async () => {
    await platform?.close();
    await mirror?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("every container runs an image that came by the mirror", async () => {
    const format = "{{.Config.Labels}}";
    for (const { name, host } of services) {
      const said = await told(platform.inside(host, "podman", "inspect", "--format", format, name));
      assert.match(said, name === "n8n" ? /test\.from:npm/ : /test\.from:mirror/);
    }
  });

  test("it is n8n itself, well behind nginx, with its editor and its version", async () => {
    const address = "https://n8n.insightpulseai.net";
    const { text } = await platform.curl("--fail", `${address}/healthz`);
    assert.deepEqual(JSON.parse(text), { status: "ok" });
    // It answers that before it has made its tables, and serves nothing else until then.
    const ready = ["--retry", "90", "--retry-delay", "1", "--retry-all-errors"];
    const curl = ["curl", "--silent", "--show-error", "--fail", ...ready];
    await told(platform.inside("erp", ...curl, "http://127.0.0.1:5678/healthz/readiness"));
    const person = new SignOn(platform);
    await person.signIn(`${address}/`, "allowed@insightpulseai.com");
    const settings = JSON.parse((await person.ask(`${address}/rest/settings`)).body);
    assert.ok(settings.data, "its own interface answers");
    const version = ["node", "-p", "require('/opt/n8n/node_modules/n8n/package.json').version"];
    assert.equal(await told(platform.inside("erp", "podman", "exec", "n8n", ...version)), n8nVersion);
    assert.match((await person.ask(`${address}/`)).body, /<title>n8n/i);
  });

  test("it has made its tables in the schema of its own role, in the sandbox's PostgreSQL", async () => {
    const query = "select count(*) from information_schema.tables where table_schema = 'n8n'";
    // The words are the container's own: they come from the unit that the stack wrote.
    const script = `
      set -euo pipefail
      variable() {
        podman inspect --format '{{range .Config.Env}}{{println .}}{{end}}' n8n | sed -n "s/^DB_POSTGRESDB_$1=//p"
      }
      export PGPASSWORD="$(variable PASSWORD)" PGSSLMODE=require
      psql -h "$(variable HOST)" -p "$(variable PORT)" -U "$(variable USER)" -d "$(variable DATABASE)" -Atc "${query}"
    `;
    const tables = Number(await told(platform.inside("erp", "bash", "-c", script)));
    assert.ok(tables > 20, `${tables} tables`);
  });

  test("it lives within the memory that the host gives it, and comes back after a restart", async (context) => {
    const limit = await told(
      platform.inside("erp", "systemctl", "show", "n8n.service", "--value", "--property=MemoryMax"),
    );
    const peak =
      "sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\) kB/\\1/p' /proc/$(podman inspect --format {{.State.Pid}} n8n)/status";
    const used = Number(await told(platform.inside("erp", "bash", "-c", peak))) * 1024;
    context.diagnostic(
      `n8n held ${Math.round(used / 1e6)} MB at most, of ${Math.round(Number(limit) / 1e6)} MB`,
    );
    assert.ok(used > 0 && used < Number(limit));
    await told(platform.on("erp", "sudo", "systemctl", "restart", "n8n"));
    const retry = ["--retry", "90", "--retry-delay", "1", "--retry-all-errors"];
    await told(
      platform.from("curl", "--silent", "--fail", ...retry, "https://n8n.insightpulseai.net/healthz"),
    );
  });

  test("an image that cannot be fetched is named with the reason, and what works without it", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "real-"));
    const env = {
      SANDBOX_STATE_DIR: elsewhere,
      SANDBOX_MACHINES: "required",
      SANDBOX_IMAGE_MIRROR: "http://127.0.0.1:9",
    };
    try {
      const { exitCode, text } = await say([program, "up", "prod", "--images", "real"], { env });
      assert.equal(exitCode, 1);
      assert.match(
        text,
        /error: the image docker\.io\/library\/odoo:\S+ could not be fetched: .*127\.0\.0\.1:9/,
      );
      assert.match(text, /to fix it: .*--images stand-in/);
    } finally {
      await say([program, "down", "--yes"], { env });
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });
});
