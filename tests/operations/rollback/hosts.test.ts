import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ConvergedHost } from "../../../operations/hosts/stack.ts";
import { planHost } from "../../../operations/rollback/hosts.ts";
import { configuration, render } from "../../host/support/render.ts";
import { digest } from "./samples.ts";

const urn = "urn:pulumi:prod::insightpulse::command:remote:Command::host-erp-convergence-apply";
const addons = { repository: "https://git.example/addons", commit: "a".repeat(40) };
const odoo = { registryType: "DOCKER_HUB", repository: "odoo", digest: digest("a") };

const hostWith = (bundle: unknown): ConvergedHost => ({
  ...{ key: "erp", address: "203.0.113.9", user: "deploy", privateKey: "", signed: "", urn },
  bundle,
});

/** The engine's plan that sends this bundle. */
function planned(bundle: unknown): string {
  const signed = `-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n${JSON.stringify({ bundle })}`;
  const stdin = { "4dabf18193072939515e22adb298388d": "", plaintext: JSON.stringify(signed) };
  return JSON.stringify({ resourcePlans: { [urn]: { goal: { inputDiff: { updates: { stdin } } } } } });
}

suite("what becomes of a host", () => {
  const now = render("erp", { edits: { odoo: { addons: { ...addons, commit: "b".repeat(40) } } } });

  test("is told by image and checkout; the files that follow from them are no news", () => {
    const then = render("erp", { edits: { odoo: { addons }, "services.odoo": { image: odoo } } });
    const { host, becoming, beside } = planHost(hostWith(now), planned(then));
    assert.equal(host, "erp");
    const { image } = configuration().resolvedServices.find(({ name }) => name === "odoo") as {
      image: { tag: string };
    };
    assert.deepEqual(becoming, [
      {
        what: "odoo",
        from: `docker.io/library/odoo:${image.tag}`,
        to: `docker.io/library/odoo@${digest("a")}`,
      },
      { what: "/opt/odoo", from: "b".repeat(40), to: "a".repeat(40) },
    ]);
    assert.deepEqual(beside, []);
  });

  test("names every file that differs for another reason, and none of its content", () => {
    const then = render("erp", {
      edits: { odoo: { addons }, signOn: { emailDomains: ["other.example"] } },
    });
    const { becoming, beside } = planHost(hostWith(now), planned(then));
    assert.deepEqual(
      becoming.map(({ what }) => what),
      ["/opt/odoo"],
    );
    assert.notDeepEqual(beside, []);
    for (const path of beside) assert.match(path, /^\/etc\//);
  });

  test("an update of tables that is asked for no more is none of them", () => {
    const updating = render("erp", { edits: { odoo: { addons, updates: ["account"] } } });
    const then = render("erp", { edits: { odoo: { addons } } });
    assert.deepEqual(planHost(hostWith(updating), planned(then)).beside, []);
  });

  test("is nothing where the engine has nothing to do", () => {
    assert.deepEqual(planHost(hostWith(now), ""), { host: "erp", urn, becoming: [], beside: [] });
    assert.deepEqual(planHost(hostWith(now), '{"resourcePlans":{}}').becoming, []);
  });
});
