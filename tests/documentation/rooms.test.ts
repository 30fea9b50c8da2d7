import assert from "node:assert/strict";
import { dirname } from "node:path";
import { suite, test } from "node:test";
import { catalogue } from "../../config/catalogue.ts";
import { filesOf, textOf } from "./pages.ts";

/** Where the folders within a folder are explained. */
const maps: Readonly<Record<string, string>> = {
  config: "CONTRIBUTING.md",
  host: "host/README.md",
  operations: "operations/README.md",
  sandbox: "sandbox/README.md",
  tests: "CONTRIBUTING.md",
};

/** What tests share, which no layer has to itself. */
const shared = new Set(["tests/support"]);

suite("every room of the code is on the map of its house", () => {
  const folders = [...new Set(filesOf("").flatMap((file) => twoDeep(dirname(file))))];
  for (const folder of folders.filter((one) => !shared.has(one))) {
    const [house = "", room = ""] = folder.split("/");
    const map = maps[house];
    if (map === undefined) continue;
    test(folder, () => assert.ok(textOf(map).includes(`\`${room}/\``), `${map} does not name ${room}/`));
  }
});

function twoDeep(folder: string): string[] {
  const parts = folder.split("/");
  return parts.length < 2 ? [] : [parts.slice(0, 2).join("/")];
}

test("README.md releases the image that the sandbox has beside the catalogue's", () => {
  const odoo = catalogue.odoo;
  const image = odoo?.kind === "host" ? odoo.image : assert.fail("Odoo is on no host");
  const readme = textOf("README.md");
  assert.ok(readme.includes(`services.odoo.image.tag ${image.tag}-next`), `${image.tag}-next`);
  assert.ok(readme.includes(`services.odoo.image.registryType ${image.registryType}`), image.registryType);
  assert.ok(readme.includes(`services.odoo.image.repository ${image.repository}`), image.repository);
});
