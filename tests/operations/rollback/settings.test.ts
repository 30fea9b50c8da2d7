import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { parse } from "yaml";
import type { Release } from "../../../operations/releases/release.ts";
import { pinRelease } from "../../../operations/rollback/settings.ts";
import { configuration } from "../../host/support/render.ts";
import { editSettings } from "../../support/stack-file.ts";
import { digest, release } from "./samples.ts";

const commits = { before: "a".repeat(40), now: "b".repeat(40) };
const addons = { repository: "https://git.example/addons", commit: commits.now };
const file = (stack: string) =>
  readFileSync(new URL(`../../../Pulumi.${stack}.yaml`, import.meta.url), "utf8");

/** Images of every service as an environment pins them now. */
function imagesOf(config: ReturnType<typeof configuration>): Release["images"] {
  return Object.fromEntries(
    config.resolvedServices.flatMap((service) =>
      "image" in service ? [[service.name, { ...service.image }] as const] : [],
    ),
  );
}

suite("the settings of an environment that goes back", () => {
  const text = file("staging");
  const config = configuration({ stack: "staging" });
  const now = imagesOf(config);
  const odoo = { registryType: "DOCKER_HUB", repository: "odoo", digest: digest("a") } as const;
  const superset = { ...now.superset, tag: "4.1.0" } as Release["images"][string];
  const then = release(1, { images: { ...now, odoo, superset } });

  test("pin the images of then, and nothing else in the file is touched", () => {
    const { text: edited, edits, left } = pinRelease(text, then, "all", config);
    assert.deepEqual(left, []);
    assert.deepEqual(edits.map(({ path, to }) => `${path} ${to}`).sort(), [
      `services.odoo.image docker.io/library/odoo@${digest("a")}`,
      "services.superset.image registry.digitalocean.com/fin-workspace/superset:4.1.0",
    ]);
    const services = parse(edited).config["insightpulse:services"];
    assert.deepEqual(services.odoo.image, odoo);
    assert.deepEqual(services.superset, { appName: "superset-staging", image: superset });
    const kept = (lines: string) => lines.split("\n").filter((line) => !/superset|odoo:/.test(line));
    assert.deepEqual(kept(edited), kept(text));
  });

  test("of the apps alone leave the hosts' alone, and the other way round", () => {
    const paths = (part: "app" | "host") =>
      pinRelease(text, then, part, config).edits.map(({ path }) => path);
    assert.deepEqual(paths("app"), ["services.superset.image"]);
    assert.deepEqual(paths("host"), ["services.odoo.image"]);
  });

  test("leave alone an app that stays", () => {
    const paths = pinRelease(text, then, "all", config, ["superset"]).edits.map(({ path }) => path);
    assert.deepEqual(paths, ["services.odoo.image"]);
  });

  test("stay as they are where they say so already", () => {
    const once = pinRelease(text, then, "all", config).text;
    const edits = parse(once).config["insightpulse:services"];
    const pinned = configuration({ stack: "staging", edits: { services: edits } });
    assert.deepEqual(pinRelease(once, then, "all", pinned), { text: once, edits: [], left: [] });
  });

  test("do not speak of apps that the stack leaves as it has found them", () => {
    const production = configuration();
    const images = { ...imagesOf(production), superset };
    assert.deepEqual(pinRelease(file("prod"), release(1, { images }), "app", production).edits, []);
  });

  test("take the addons' commit back, and ask for no update of tables any more", () => {
    const odooNow = { addons, updates: ["account"] };
    const edited = editSettings(text, { odoo: odooNow });
    const updating = configuration({ stack: "staging", edits: { odoo: odooNow } });
    const { text: back, edits } = pinRelease(
      edited,
      release(1, { images: now, addonsCommit: commits.before }),
      "host",
      updating,
    );
    assert.deepEqual(edits, [
      { path: "odoo.addons.commit", from: commits.now, to: commits.before },
      { path: "odoo.updates", from: "account", to: null },
    ]);
    assert.deepEqual(parse(back).config["insightpulse:odoo"], {
      addons: { ...addons, commit: commits.before },
    });
  });

  test("leave out a section that has become empty", () => {
    const edited = editSettings(text, { odoo: { updates: ["all"] } });
    const updating = configuration({ stack: "staging", edits: { odoo: { updates: ["all"] } } });
    const { text: back } = pinRelease(edited, release(1, { images: now }), "all", updating);
    assert.equal("insightpulse:odoo" in parse(back).config, false);
  });

  test("cannot give back addons that were not there; that is said, as is a service that is new", () => {
    const { odoo: _odoo, ...others } = now;
    const withAddons = configuration({ stack: "staging", edits: { odoo: { addons } } });
    const { left, edits } = pinRelease(text, release(1, { images: others }), "all", withAddons);
    assert.deepEqual(edits, []);
    assert.deepEqual(left, [
      "odoo was not in the release 20261126T020100Z yet, and stays as it is.",
      `Odoo had none for addons then and has those at ${commits.now}: odoo.addons goes back by git revert.`,
    ]);
  });
});
