import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { noneFailed, whileAsking } from "./load.ts";
import { healthUrls } from "./services.ts";
import { PlatformStack, withFile } from "./stack.ts";
import { Platform, skip, told } from "./support.ts";

const domain = "insightpulseai.net";
const { odoo, ...others } = healthUrls(domain);
const apps = [`https://superset.${domain}/health`, `https://mcp.${domain}/api/health`];
/** Which of the database's poolers Odoo goes through: nobody else is told. */
const transaction = {
  "database.odooConnection": "transaction",
  "database.transactionPoolerBecause": "A test of one service's change.",
};
const nginxFile = "/etc/nginx/nginx.conf";
const levels = [1, 2, 3, 4, 5, 9];

describe("a change of one service", { skip }, () => {
  let platform: Platform;
  let stack: PlatformStack;
  before(async () => {
    platform = await Platform.shared();
    stack = await PlatformStack.of(platform);
  });
  after(() => platform?.close());

  /**
   * Which run of each running service this is: systemd gives every start a number of its own. Without those that a socket
   * starts when somebody asks: they end by themselves when nobody does (netavark's DHCP proxy after half a minute).
   */
  async function runs(host: string): Promise<Record<string, string>> {
    const list = ["systemctl", "list-units", "--type=service", "--state=running", "--plain", "--no-legend"];
    const names = (await told(platform.inside(host, ...list)))
      .split("\n")
      .map((line) => line.split(" ")[0] ?? "");
    const show = ["systemctl", "show", "--property=Id,InvocationID,TriggeredBy", ...names];
    const units = (await told(platform.inside(host, ...show)))
      .split("\n\n")
      .map(
        (unit): Record<string, string> => Object.fromEntries(unit.split("\n").map((line) => line.split("="))),
      );
    return Object.fromEntries(
      units
        .filter(({ Id = "", TriggeredBy = "" }) => TriggeredBy === "" && !/^(user@|session-)/.test(Id))
        .map(({ Id = "", InvocationID = "" }) => [Id, InvocationID]),
    );
  }

  /** Services that were running and have been started anew since, or have ended. */
  function startedAnew(earlier: Record<string, string>, later: Record<string, string>): string[] {
    assert.ok("nginx.service" in earlier, Object.keys(earlier).join());
    return Object.keys(earlier).filter((name) => later[name] !== earlier[name]);
  }

  test("replaces that service and nothing else, and no request to any of them fails", async (context) => {
    const earlier = await Promise.all(["erp", "ocr"].map(runs));
    const loaded = await whileAsking(platform, [odoo, ...Object.values(others), ...apps], async () => {
      await told(stack.up(transaction));
    });
    const [erp = {}, ocr = {}] = await Promise.all(["erp", "ocr"].map(runs));
    assert.deepEqual(startedAnew(earlier[0] ?? {}, erp), ["odoo.service"]);
    assert.deepEqual(startedAnew(earlier[1] ?? {}, ocr), []);
    context.diagnostic(noneFailed(loaded));
    await told(stack.up());
  });

  test("of nginx alone restarts nothing, and no request at all fails", async (context) => {
    const { bundle } = await stack.host("erp");
    const earlier = await runs("erp");
    const apply = async (wanted: unknown) =>
      told(platform.insideWith(JSON.stringify(wanted), "erp", "converge", "apply"));
    const loaded = await whileAsking(platform, [odoo, ...Object.values(others), ...apps], async () => {
      for (const level of levels) {
        const changed = withFile(bundle, nginxFile, (text) =>
          text.replace(/gzip_comp_level \d/, `gzip_comp_level ${level}`),
        );
        assert.match(await apply(changed), /reloaded nginx\.service/);
      }
      await apply(bundle);
    });
    assert.deepEqual(startedAnew(earlier, await runs("erp")), []);
    context.diagnostic(`${levels.length + 1} changes, ${noneFailed(loaded)}`);
  });
});
