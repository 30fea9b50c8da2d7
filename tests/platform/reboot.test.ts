import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { waitFor } from "../support/wait-for.ts";
import { actOn } from "./account.ts";
import { healthUrls, waitUntilWell } from "./services.ts";
import { Platform, skip, told } from "./support.ts";

const urls = healthUrls("insightpulseai.net");
const services = { erp: [urls.odoo, urls.mattermost, urls.n8n], ocr: [urls.ocr] };

describe("a host that starts again", { skip }, () => {
  let platform: Platform;
  before(async () => {
    platform = await Platform.shared();
  });
  after(() => platform?.close());

  type Host = keyof typeof services;

  /** Does something after which the host starts anew; says in how many seconds all of it is healthy by name. */
  async function comesBack(host: Host, work: () => Promise<unknown>): Promise<string> {
    const earlier = await started(host);
    const began = Date.now();
    await work();
    await waitFor(async () => ![undefined, earlier].includes(await started(host)), `${host} to start`, 300);
    await waitUntilWell(platform, services[host]);
    return `${host} is healthy ${Math.round((Date.now() - began) / 1000)} s later`;
  }

  /** When the system now running was started; undefined while none does. */
  async function started(host: Host): Promise<string | undefined> {
    const words = ["systemctl", "show", "--property=UserspaceTimestampMonotonic"];
    const said = await platform.ask(host, ...words).catch(() => undefined);
    return said?.exitCode === 0 ? said.stdout : undefined;
  }

  async function assertAsConverged(host: Host): Promise<void> {
    // What has no name of its own, as the sign-on proxy, may come up later than the services, and answers later than it is up.
    await platform.inside(host, "systemctl", "is-system-running", "--wait");
    let said = "";
    const isAsConverged = async () => {
      said = (await platform.inside(host, "converge", "check")).text;
      return said === "everything is as the bundle says";
    };
    await waitFor(isAsConverged, `${host} to be as it was`).catch(() => assert.fail(said));
    // Not one that failed on the way either.
    assert.equal(await told(platform.inside(host, "systemctl", "list-units", "--failed", "--no-legend")), "");
  }

  test("by the account's API, or by `sudo reboot` on it: everything comes back by itself", async (context) => {
    const times = await Promise.all([
      comesBack("ocr", () => actOn(platform, "ocr", "reboot")),
      comesBack("erp", () => platform.on("erp", "sudo", "reboot")),
    ]);
    for (const time of times) context.diagnostic(time);
    await Promise.all([assertAsConverged("erp"), assertAsConverged("ocr")]);
  });

  test("by taking its power away and giving it back", async (context) => {
    const time = await comesBack("erp", async () => {
      await actOn(platform, "erp", "power_off");
      await actOn(platform, "erp", "power_on");
    });
    context.diagnostic(time);
    await assertAsConverged("erp");
  });
});
