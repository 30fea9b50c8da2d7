import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as naming from "../../config/naming.ts";

/** The longest words the configuration lets through. */
const longest = {
  environment: `feature-${"x".repeat(20)}`,
  host: "h".repeat(31),
  label: "d".repeat(63),
  bucket: "b".repeat(52),
};

suite("names fit what the vendors take, however long the configuration's words are", () => {
  const cases: readonly [string, string, RegExp][] = [
    ["environment tag", naming.environmentTag(longest.environment), /^[A-Za-z0-9:_-]{1,255}$/],
    ["host tag", naming.hostTag(longest.environment, longest.host), /^[A-Za-z0-9:_-]{1,255}$/],
    ["firewall", naming.firewallName(longest.label), /^[A-Za-z0-9][A-Za-z0-9.-]{0,254}$/],
    ["second bucket", naming.secondBucketName(longest.bucket, "sfo3"), /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/],
    ["deploy key", naming.deployKeyName(longest.environment), /^[a-z0-9-]{1,255}$/],
    ["Spaces key", naming.spacesKeyName(longest.bucket, "copier"), /^[a-z0-9-]{1,255}$/],
    ["uptime check", naming.checkName(longest.environment, "mattermost"), /^[a-z0-9 -]{1,255}$/],
  ];
  for (const [what, name, form] of cases) {
    test(what, () => {
      assert.match(name, form);
    });
  }

  test("no two hosts or environments share a name", () => {
    assert.notEqual(naming.hostTag("prod", "erp"), naming.hostTag("prod", "ocr"));
    assert.notEqual(naming.hostTag("prod", "erp"), naming.hostTag("staging", "erp"));
    assert.notEqual(naming.deployKeyName("prod"), naming.deployKeyName("staging"));
  });
});
