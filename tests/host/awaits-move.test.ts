import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { contentOf, render } from "./support/render.ts";

const dropIn = "/etc/systemd/system/odoo.service.d/awaits-move.conf";
const awaiting = render("erp", { edits: { "services.odoo": { awaitsMove: true } } });
const ready = render("erp");

suite("a service whose data are still with older software on its host", () => {
  test("is made ready, and neither started nor stopped: its unit is in no list", () => {
    const names = awaiting.units.map(({ name }) => name);
    assert.ok(!names.includes("odoo.service"));
    assert.ok(names.includes("mattermost.service") && names.includes("watch-health@odoo.timer"));
    assert.match(contentOf(awaiting, "/etc/containers/systemd/odoo.container"), /^Image=/m);
  });

  test("does not start by itself, after a reboot neither, before its mark is there", () => {
    assert.match(
      contentOf(awaiting, dropIn),
      /^ConditionPathExists=\/var\/lib\/insightpulse\/move\/odoo\/moved$/m,
    );
    assert.ok(!ready.files.some(({ path }) => path === dropIn));
  });

  test("has its site read after any old one for its name, which goes on answering", () => {
    const sites = awaiting.files.map(({ path }) => path).filter((path) => path.includes("/sites-enabled/"));
    const old = "/etc/nginx/sites-enabled/www.insightpulseai.net.conf";
    assert.equal([...sites, old].sort().at(-1), "/etc/nginx/sites-enabled/zzz-awaits-move-odoo.conf");
    assert.ok(ready.files.some(({ path }) => path === "/etc/nginx/sites-enabled/odoo.conf"));
  });

  test("is not restarted when it awaits nothing any more: no file differs that it restarts after", () => {
    const unit = ready.units.find(({ name }) => name === "odoo.service");
    const changed = ready.files.filter(
      ({ path, content }) => awaiting.files.find((one) => one.path === path)?.content !== content,
    );
    const restarts = unit?.restartOn ?? [];
    assert.deepEqual(
      changed.map(({ path }) => path).filter((path) => restarts.includes(path)),
      [],
    );
  });
});

test("one whose old form answers otherwise, on another port, raises no alarm before it is moved", () => {
  const watched = (awaitsMove: boolean) => {
    const edits = { "services.ocr": { awaitsMove } };
    const { services } = JSON.parse(contentOf(render("ocr", { edits }), "/etc/insightpulse/watch.json"));
    return services.map(({ name }: { name: string }) => name);
  };
  assert.ok(!watched(true).includes("ocr"));
  assert.ok(watched(false).includes("ocr"));
});
