import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { withImage } from "../../operations/images/pin.ts";
import { withoutKey, withValue } from "../../operations/settings-text.ts";

const text = `# Ours.
config:
  project:a: [one,two]
  insightpulse:services:
    # The first.
    first: { appName: first } # Stays.
    second:
      appName: second
      image:
        registryType: DOCR
        tag: old
      appRegion: sgp
  project:odoo:
    updates: [all]
    addons: { commit: aaa }
  project:last: { b: c }
`;

suite("settings are edited, and all else stays as somebody has written it", () => {
  const edited = (from: string, to: string) => {
    assert.ok(text.includes(from), from);
    return text.replace(from, to);
  };

  test("a value in a line, or deep in one", () => {
    assert.equal(
      withValue(text, ["project:odoo", "addons", "commit"], "bbb"),
      edited("commit: aaa", "commit: bbb"),
    );
    assert.equal(withValue(text, ["project:a"], ["three"]), edited("[one,two]", "[ three ]"));
  });

  test("a value that takes lines of its own", () => {
    const lines = "image:\n        registryType: DOCR\n        tag: old\n";
    assert.equal(withImage(text, "second", { tag: "new" }), edited(lines, "image: { tag: new }\n"));
  });

  test("a service in one line, one that has no image yet, and one that is not there yet", () => {
    const first = "first: { appName: first } #";
    assert.equal(
      withImage(text, "first", { tag: "new" }),
      edited(first, "first: { appName: first, image: { tag: new } } #"),
    );
    assert.equal(
      withImage(text, "third", { tag: "new" }),
      edited("      appRegion: sgp\n", "      appRegion: sgp\n    third: { image: { tag: new } }\n"),
    );
    const bare = edited("      image:\n        registryType: DOCR\n        tag: old\n", "");
    assert.equal(
      withImage(bare, "second", { tag: "new" }),
      bare.replace("appRegion: sgp\n", "appRegion: sgp\n      image: { tag: new }\n"),
    );
  });

  test("a key that goes takes its section with it where it was the last one", () => {
    assert.equal(withoutKey(text, ["project:odoo", "updates"]), edited("    updates: [all]\n", ""));
    const last = edited("    addons: { commit: aaa }\n", "");
    assert.equal(
      withoutKey(last, ["project:odoo", "updates"]),
      last.replace("  project:odoo:\n    updates: [all]\n", ""),
    );
    assert.equal(withoutKey(text, ["project:none", "updates"]), text);
  });
});
