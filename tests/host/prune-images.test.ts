import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { execa } from "execa";

const folder = mkdtempSync(join(tmpdir(), "prune-images-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const images = [
  { Id: "1", Names: ["odoo:1"] },
  { Id: "2", Names: ["odoo:2"] },
  { Id: "3", Names: ["stubborn:1"] },
  { Id: "4", Names: ["unknown:1", "unknown:latest"] },
  { Id: "5", Names: ["running:1"] },
  { Id: "6" },
];

suite("prune-images", () => {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  // podman, as far as it is asked: it refuses one image as it does one that a container was just made of.
  const podman = `#!/bin/bash
case "$*" in
"ps "*) echo 5 ;;
"images "*) cat ${folder}/images.json ;;
*stubborn*) echo "Error: image used by 4f1c: image is in use by a container" >&2; exit 2 ;;
"image rm "*) echo "Deleted: sha256" ;;
esac
`;
  writeFileSync(join(bin, "podman"), podman, { mode: 0o755 });
  writeFileSync(join(folder, "images.json"), JSON.stringify(images));
  writeFileSync(
    join(folder, "releases.json"),
    JSON.stringify({ "odoo.service": [{ image: "odoo:2", since: "2026-11-25T02:00:00Z" }] }),
  );
  const source = new URL("../../host/files/usr/local/lib/insightpulse/prune-images", import.meta.url);
  const text = readFileSync(source, "utf8").replace(
    "/var/lib/insightpulse/converge/images.json",
    `${folder}/releases.json`,
  );
  const tool = join(folder, "prune-images");
  writeFileSync(tool, text, { mode: 0o755 });

  test("removes what nothing uses and what was no last release; one that is refused keeps nobody back", async () => {
    const env = { PATH: `${bin}:${process.env.PATH}` };
    const { exitCode, stdout, stderr } = await execa(tool, { env, reject: false });
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(stdout.split("\n"), [
      "removed odoo:1",
      "removed unknown:1, unknown:latest",
      "removed 6",
    ]);
    assert.match(stderr, /image is in use by a container/);
  });
});
