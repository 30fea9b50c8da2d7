import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { execa } from "execa";
import { statePaths } from "../../sandbox/engine/paths.ts";
import { visiting } from "../../sandbox/world/inside.ts";
import { Platform, skip, told } from "../platform/support.ts";
import { askManaged, askOld, oldServices } from "./old-services.ts";

/** No pause of a service may be longer, in seconds: a small database on a machine that others use too. */
const longestPauseSeconds = 180;

const healthPaths = {
  odoo: "erp.insightpulseai.net/web/health",
  mattermost: "chat.insightpulseai.net/api/v4/system/ping",
};
type Service = keyof typeof healthPaths;

suite("services that ran in containers of their own are moved into their managed places", { skip }, () => {
  let platform: Platform;
  before(async () => {
    platform = await Platform.own("prod", {}, "--old-software");
  });
  after(() => platform?.close());

  const inHost = (script: string) => told(platform.insideWith(script, "erp", "bash", "-eu"));
  const move = (...words: string[]) => platform.ops("move", ...words, "--json");
  const moved = async (service: Service, ...words: string[]) => {
    const said = await move(service, "--yes-really", service, ...words);
    assert.equal(said.exitCode, 0, said.text);
    return JSON.parse(said.stdout);
  };
  const atFirst: Partial<Record<Service, string>> = {};

  /** The old database's sums, asked in its container. */
  function oldSums(service: Service): Promise<string> {
    const { database } = oldServices[service];
    return inHost(askOld(database, database.sums));
  }

  /** Asks the managed database by the login that the host's service has. */
  function managed(service: Service, statement: string): Promise<string> {
    return inHost(askManaged(service, oldServices[service].database, statement));
  }

  /** How it answers by its public name, with a certificate that is verified unless it is an old one. */
  async function headers(service: Service, ...words: string[]): Promise<string> {
    const said = await platform.curl(...words, "--include", `https://${healthPaths[service]}`);
    return said.text.toLowerCase();
  }

  test("an inventory shows what is there before anything is moved", async () => {
    const said = await move("inventory");
    assert.equal(said.exitCode, 0, said.text);
    const { erp } = JSON.parse(said.stdout).hosts;
    const names = erp.containers.map(({ name }: { name: string }) => name);
    for (const service of ["odoo", "mattermost"] as const) {
      const { container, name: base } = oldServices[service].database;
      assert.ok(names.includes(service) && names.includes(container), names.join());
      const found = erp.databases.find((one: { name: string }) => one.name === base);
      assert.ok(found?.tables > 0, said.stdout);
      atFirst[service] = await oldSums(service);
      assert.match(await headers(service, "--insecure"), /x-old-server-block/);
    }
  });

  test("where the new place holds data, nothing is moved", async () => {
    await managed("odoo", "CREATE TABLE stray (id integer)");
    const refused = await move("odoo", "--yes-really", "odoo");
    await managed("odoo", "DROP TABLE stray");
    assert.equal(refused.exitCode, 1, refused.text);
    assert.match(refused.text, /holds 1 tables and 0 files that no move has brought: nothing is overwritten/);
    assert.match(await headers("odoo", "--insecure"), /x-old-server-block/);
  });

  test("a new one that does not start is given up, and the old one is back", async () => {
    const folder = "/run/systemd/system/odoo.service.d";
    await inHost(`mkdir -p ${folder}; printf '[Service]\\nExecStartPre=/bin/false\\nRestart=no\\n' >${folder}/fails.conf
      systemctl daemon-reload`);
    const failed = await move("odoo", "--yes-really", "odoo");
    await inHost(`rm -r ${folder}; systemctl daemon-reload`);
    assert.equal(failed.exitCode, 1, failed.text);
    assert.match(failed.text, /odoo was not moved, and serves from its old place/);
    assert.match(await headers("odoo", "--insecure"), /x-old-server-block/);
    assert.equal(await oldSums("odoo"), atFirst.odoo);
  });

  test("a run that is killed while the service is away is gone on with by the next", async () => {
    const words = visiting({ state: statePaths(platform.folder) }, [
      ...["env", `OPS_KNOWN_HOSTS=${join(platform.folder, "ops-known-hosts")}`],
      ...["./scripts/ops", "move", "odoo", "--yes-really", "odoo"],
    ]);
    const script = 'eval "$1"; shift; exec "$@"';
    const run = execa("bash", ["-c", script, "bash", await platform.exports(), ...words], {
      ...{ all: true, reject: false, detached: true, stdin: "ignore" },
      cwd: join(import.meta.dirname, "../.."),
    });
    let said = "";
    await new Promise<void>((resolve) => {
      run.all.on("data", (part: Buffer) => {
        said += part;
        if (/stopped odoo/.test(said)) resolve();
      });
      run.then(() => resolve());
    });
    assert.match(said, /stopped odoo/);
    process.kill(-(run.pid ?? assert.fail("it did not start")), "SIGKILL");
    await run;
    const result = await move("odoo", "--yes-really", "odoo");
    assert.equal(result.exitCode, 0, result.text);
    assert.match(result.text, /a move goes on that had got to/);
    assert.equal(await managed("odoo", oldServices.odoo.database.sums), atFirst.odoo);
  });

  test("undone, the old one serves again as it did", async () => {
    const said = await move("odoo", "--undo", "--yes-really", "odoo");
    assert.equal(said.exitCode, 0, said.text);
    assert.match(await headers("odoo", "--insecure"), /x-old-server-block/);
    assert.equal(await oldSums("odoo"), atFirst.odoo);
    assert.equal(await inHost("systemctl is-active odoo.service || true"), "inactive");
  });

  for (const service of ["odoo", "mattermost"] as const) {
    test(`${service}: every row and file is in its new place, and the pause is measured`, async (context) => {
      const { compared, downtime } = await moved(service);
      context.diagnostic(
        `${service}: ${compared.rows} rows and ${compared.files} files, away for ${downtime.seconds} s`,
      );
      assert.equal(await managed(service, oldServices[service].database.sums), atFirst[service]);
      assert.ok(compared.rows > 0 && compared.files > 0);
      assert.ok(downtime.unanswered > 0 && downtime.seconds < longestPauseSeconds, JSON.stringify(downtime));
      const answer = await headers(service);
      assert.match(answer, /x-stand-in-release/);
      assert.doesNotMatch(answer, /x-old-server-block/);
      const state = "docker container inspect --format '{{.State.Running}}'";
      assert.equal(await inHost(`${state} ${service}`), "false");
      assert.equal(await oldSums(service), atFirst[service]);
    });
  }

  test("what awaited its move is the stack's own then: up starts and stops nothing", async () => {
    const started = () => inHost("systemctl show --property=ActiveEnterTimestampMonotonic odoo mattermost");
    const earlier = await started();
    // As an operator commits it.
    const kept = join(platform.folder, "prod/kept-settings.json");
    const edits = JSON.parse(readFileSync(kept, "utf8")) as { path: string[] }[];
    writeFileSync(kept, JSON.stringify(edits.filter(({ path }) => path.at(-1) !== "awaitsMove")));
    await told(platform.sandbox("up", "prod"));
    assert.equal(await started(), earlier);
    assert.match(await inHost("systemctl is-active odoo mattermost | sort -u"), /^active$/);
  });
});
