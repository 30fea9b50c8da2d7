import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { Platform, skip, told } from "../platform/support.ts";
import { askOld } from "./old-services.ts";

suite("what no service goes on with", { skip }, () => {
  let platform: Platform;
  before(async () => {
    platform = await Platform.own("prod", {}, "--old-software");
  });
  after(() => platform?.close());

  const onHost = (script: string) => told(platform.insideWith(script, "ocr", "bash", "-eu"));
  const left = ["odoo19", "odoo19_db", "superset", "superset_db"];
  const folder = "/var/lib/insightpulse/put-aside";
  const running = () => onHost("docker ps --format '{{.Names}}' | sort | xargs");
  const rows = (container: string, user: string, table: string) =>
    onHost(askOld({ container, user, name: container.replace("_db", "") }, `SELECT count(*) FROM ${table}`));
  const bothCounts = async () => [
    await rows("odoo19_db", "odoo", "res_partner"),
    await rows("superset_db", "superset", "dashboards"),
  ];
  const putAside = (...words: string[]) =>
    platform.ops("put-aside", "ocr", ...words, "--yes-really", "ocr", "--json");

  test("is named, still runs, and nobody else's is taken for it", async () => {
    const { hosts } = JSON.parse(await told(platform.ops("move", "inventory", "--json")));
    const ofNoService = (host: string) =>
      (hosts[host].containers as { name: string; service: string | null }[])
        .filter(({ service }) => service === null)
        .map(({ name }) => name);
    assert.deepEqual([ofNoService("erp"), ofNoService("ocr").sort()], [[], left]);
    assert.match(await told(platform.ops("move", "inventory")), /^ +superset +stopped +of no service/m);
    assert.equal(await running(), "odoo19 odoo19_db superset_db");
    assert.deepEqual(await bothCounts(), ["700", "12"]);
  });

  test("is not stopped where something is wrong: not there, a service's, no room for the dumps", async () => {
    const wrong = await putAside("odoo19", "odoo20_db");
    assert.equal(wrong.exitCode, 1);
    assert.match(
      wrong.text,
      /there is no container odoo20_db here; there are: odoo19, odoo19_db, superset, superset_db/,
    );
    const mattermosts = await platform.ops("put-aside", "erp", "mattermost-postgres", "--yes-really", "erp");
    assert.equal(mattermosts.exitCode, 1);
    assert.match(mattermosts.text, /mattermost-postgres on erp belongs to mattermost/);
    await onHost("mkdir /mnt/small; mount -t tmpfs -o size=64k tmpfs /mnt/small");
    const small = await putAside(...left, "--folder", "/mnt/small");
    await onHost("umount /mnt/small; rmdir /mnt/small");
    assert.equal(small.exitCode, 1);
    assert.match(small.text, /the dumps need up to \d+ MB in \/mnt\/small, and 0 MB are free/);
    assert.equal(await running(), "odoo19 odoo19_db superset_db");
  });

  test("and runs on where a database cannot be dumped", async () => {
    const superset = { container: "superset_db", user: "superset", name: "superset" };
    const path = await onHost(
      askOld(superset, "CREATE TABLE torn (id integer); CHECKPOINT; SELECT pg_relation_filepath('torn')"),
    );
    await onHost(`rm /var/lib/old/superset_db/data/${path}`);
    const torn = await putAside(...left);
    await onHost(askOld(superset, "DROP TABLE torn"));
    assert.equal(torn.exitCode, 1);
    assert.match(torn.text, /the databases of superset_db could not be dumped: .*could not open file/s);
    assert.equal(await running(), "odoo19 odoo19_db superset_db");
    assert.equal(await onHost(`ls ${folder} | xargs`), "odoo19_db.json odoo19_db.sql.gz superset_db.json");
  });

  test("and where a dump cannot be written", async () => {
    await onHost(`mkdir ${folder}/superset_db.sql.gz.part`);
    const unwritten = await putAside(...left);
    await onHost(`rmdir ${folder}/superset_db.sql.gz.part`);
    assert.equal(unwritten.exitCode, 1);
    assert.match(unwritten.text, /^error: .*superset_db\.sql\.gz\.part/m);
    assert.equal(await running(), "odoo19 odoo19_db superset_db");
  });

  test("is put aside: what its databases hold is kept for root alone, and it does not come back by itself", async () => {
    const { dumps } = JSON.parse(await told(putAside(...left)));
    assert.deepEqual(Object.keys(dumps).sort(), ["odoo19_db", "superset_db"]);
    assert.equal(await running(), "");
    const count = (container: string, word: string) =>
      onHost(`zcat ${folder}/${container}.sql.gz | grep -c '${word} [0-9]'`);
    assert.deepEqual(
      [await count("odoo19_db", "Tried"), await count("superset_db", "Dashboard")],
      ["700", "12"],
    );
    assert.equal(await onHost(`stat -c %a ${folder} ${folder}/*.gz | xargs`), "700 600 600");
    const policies = "docker inspect --format '{{.HostConfig.RestartPolicy.Name}}'";
    assert.equal(await onHost(`${policies} ${left.join(" ")} | sort -u`), "no");
    assert.deepEqual(JSON.parse(await told(putAside(...left))).dumps, dumps);
  });

  test("can be put back, with what it had, and put aside again", async () => {
    await told(putAside(...left, "--undo"));
    assert.equal(await running(), "odoo19 odoo19_db superset_db");
    assert.deepEqual(await bothCounts(), ["700", "12"]);
    const policy = "docker inspect --format '{{.HostConfig.RestartPolicy.Name}}' odoo19 odoo19_db superset";
    assert.equal(await onHost(`${policy} | xargs`), "unless-stopped always no");
    const twice = await putAside(...left, "--undo");
    assert.equal(twice.exitCode, 1);
    assert.match(twice.text, /odoo19 was not put aside from here/);
    await told(putAside(...left));
  });
});
