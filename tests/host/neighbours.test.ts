import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { contentOf, render } from "./support/render.ts";

const rules = (host: string) => contentOf(render(host), "/etc/insightpulse/neighbours.nft");

/** Whose ports are whose, as nft reads it. */
function walls(host: string): Record<string, string> {
  const found = rules(host).matchAll(
    /oif "lo" tcp dport \{ (?<ports>.*) \} meta skuid != "(?<account>.*)" reject/g,
  );
  return Object.fromEntries([...found].map(({ groups }) => [groups?.account, groups?.ports]));
}

suite("walls between services that share a host's network", () => {
  test("stand around every port of theirs, the sign-on proxy's and those of a next release included", () => {
    assert.deepEqual(walls("erp"), {
      "svc-odoo": "8069, 8072, 18069, 18072",
      "svc-mattermost": "8065, 18065",
      "svc-n8n": "5678, 5679",
      "svc-oauth2-proxy": "4180",
    });
    assert.deepEqual(walls("ocr"), { "svc-ocr": "8080, 18080, 6379" });
  });

  test("hold for everybody who runs there, and for whoever has the deploy key", () => {
    const held = (host: string) => /meta skuid != \{ (?<users>.*) \} accept/.exec(rules(host))?.groups?.users;
    assert.equal(held("erp"), '"svc-odoo", "svc-mattermost", "svc-n8n", "svc-oauth2-proxy", "deploy"');
    assert.equal(held("ocr"), '"svc-ocr", "deploy"');
  });
});
