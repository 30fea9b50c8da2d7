import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { odooSizing } from "../../host/render/odoo-sizing.ts";
import { contentOf, fileOf, render } from "./support/render.ts";

const configuration = "/etc/insightpulse/secrets/odoo.conf";
const settings = (bundle = render("erp")) => contentOf(bundle, configuration).split("\n");

suite("Odoo's processes follow from its host and the pooler's connections", () => {
  for (const [host, expected] of [
    [
      { vcpus: 2, limitMib: 1536, pooledConnections: 15 },
      { workers: 2, cronThreads: 1, softLimitMib: 512, hardLimitMib: 640, connections: 3 },
    ],
    [
      { vcpus: 2, limitMib: 1792, pooledConnections: 15 },
      { workers: 2, cronThreads: 1, softLimitMib: 512, hardLimitMib: 640, connections: 3 },
    ],
    [
      { vcpus: 4, limitMib: 5888, pooledConnections: 15 },
      { workers: 4, cronThreads: 1, softLimitMib: 1126, hardLimitMib: 1407, connections: 2 },
    ],
    [
      { vcpus: 4, limitMib: 5888, pooledConnections: 40 },
      { workers: 9, cronThreads: 2, softLimitMib: 512, hardLimitMib: 640, connections: 3 },
    ],
    [
      { vcpus: 2, limitMib: 14080, pooledConnections: 40 },
      { workers: 5, cronThreads: 2, softLimitMib: 1974, hardLimitMib: 2467, connections: 3 },
    ],
    [
      { vcpus: 8, limitMib: 14080, pooledConnections: 48 },
      { workers: 17, cronThreads: 2, softLimitMib: 727, hardLimitMib: 908, connections: 2 },
    ],
    [
      { vcpus: 8, limitMib: 64000, pooledConnections: 100 },
      { workers: 17, cronThreads: 2, softLimitMib: 2048, hardLimitMib: 2560, connections: 3 },
    ],
  ] as const) {
    test(`${host.vcpus} cores, ${host.limitMib} MiB and ${host.pooledConnections} connections`, () =>
      assert.deepEqual(odooSizing(host), expected));
  }

  test("never more than the pooler has, with a release that stands in, whatever the host", () => {
    for (const pooledConnections of [11, 12, 15, 20, 30, 60])
      for (const vcpus of [1, 2, 4, 8, 32])
        for (const limitMib of [1536, 4096, 14080, 120_000]) {
          const { workers, cronThreads, connections } = odooSizing({ vcpus, limitMib, pooledConnections });
          const all = (workers + cronThreads + 1) * connections + 3;
          assert.ok(all <= pooledConnections, `${vcpus}, ${limitMib}: ${all} of ${pooledConnections}`);
        }
  });
});

suite("odoo.conf", () => {
  test("today's host, behind a proxy, with one database nobody can list", () => {
    for (const line of [
      "proxy_mode = True",
      "http_interface = 127.0.0.1",
      "http_port = 8069",
      "gevent_port = 8072",
      "workers = 2",
      "max_cron_threads = 1",
      "limit_memory_soft = 536870912",
      "limit_memory_hard = 671088640",
      "limit_time_cpu = 120",
      "limit_time_real = 240",
      "list_db = False",
      "dbfilter = ^postgres$",
      "admin_passwd = secret-odoo-master-password",
    ]) {
      assert.ok(settings().includes(line), line);
    }
  });

  test("its own role, with TLS, through the pooler of the configured mode", () => {
    const lines = settings();
    assert.ok(lines.includes("db_host = aws-1-us-east-1.pooler.supabase.com"));
    assert.ok(lines.includes("db_port = 5432"));
    assert.ok(lines.includes("db_user = odoo_a.spdtwktxdalcfigzeqrz"));
    assert.ok(lines.includes("db_sslmode = require"));
    const transaction = render("erp", {
      edits: {
        "database.odooConnection": "transaction",
        "database.transactionPoolerBecause": "Only for this test.",
      },
    });
    assert.ok(settings(transaction).includes("db_port = 6543"));
    assert.match(contentOf(transaction, "/etc/insightpulse/secrets/odoo-database.env"), /^PGPORT=6543$/m);
    assert.match(contentOf(transaction, "/etc/containers/systemd/n8n.container"), /DB_POSTGRESDB_PORT=5432/);
  });

  test("only root and Odoo read it", () => {
    const { mode, owner, group } = fileOf(render("erp"), configuration);
    assert.deepEqual([mode, owner, group], ["0640", "root", "svc-odoo"]);
  });

  test("the password is no argument: the image's own entry point would make it one", () => {
    const unit = contentOf(render("erp"), "/etc/containers/systemd/odoo.container");
    assert.match(unit, /^Exec=\/usr\/bin\/odoo --config=\/etc\/odoo\/odoo\.conf$/m);
  });

  test("system parameters: template cache, and sessions of an hour", () => {
    const sql = contentOf(render("erp"), "/etc/odoo/parameters.sql");
    assert.match(sql, /\('qweb\.view\.cache', 'True'\)/);
    assert.match(sql, /\('sessions\.max_inactivity_seconds', '3600'\)/);
    assert.match(sql, /\('web\.base\.url', 'https:\/\/erp\.insightpulseai\.net'\)/);
    const unit = contentOf(render("erp"), "/etc/containers/systemd/odoo.container");
    assert.match(unit, /^After=.*odoo-parameters\.service$/m);
  });
});

suite("a release that changes tables", () => {
  const updates = (edits: Record<string, unknown> = {}) =>
    render("erp", { edits: { "odoo.updates": ["account", "insightpulse_expense"], ...edits } });
  const path = "/etc/containers/systemd/odoo-update.container";

  test("is updated once, by a container like Odoo's own, while neither release works", () => {
    const unit = contentOf(updates(), path).split("\n");
    for (const line of [
      "Exec=/usr/bin/odoo --config=/etc/odoo/odoo.conf --update=account,insightpulse_expense --stop-after-init --no-http --max-cron-threads=0",
      "Type=oneshot",
      "Image=docker.io/library/odoo:18.0-20260421",
      "Volume=/var/lib/odoo:/var/lib/odoo",
    ])
      assert.ok(unit.includes(line), line);
    assert.ok(!unit.some((line) => /^(Restart|WantedBy|ExecStop)=/.test(line)));
    const odoo = updates().units.find(({ name }) => name === "odoo.service");
    assert.deepEqual(odoo?.takeover?.between, { unit: "odoo-update.service", on: [path] });
    assert.ok(odoo?.restartOn.includes(path));
  });

  test("has another file when its image, its modules or its addons are others", () => {
    const addons = (digit: string) => ({
      "odoo.addons": {
        repository: "https://github.com/jgtolentino/insightpulse-odoo",
        commit: digit.repeat(40),
      },
    });
    const image = { registryType: "DOCKER_HUB", repository: "odoo", tag: "18.0-20260501" };
    const variants = [
      updates(),
      updates({ "odoo.updates": ["all"] }),
      updates({ "services.odoo.image": image }),
      updates(addons("1")),
      updates(addons("2")),
    ].map((bundle) => contentOf(bundle, path));
    assert.equal(new Set(variants).size, variants.length);
  });

  test("is the exception: others have neither update nor pause", () => {
    assert.doesNotMatch(JSON.stringify(render("erp")), /odoo-update|"between"/);
  });
});

suite("addons", () => {
  const commit = "4233d94a".padEnd(40, "0");
  const repository = "https://github.com/jgtolentino/insightpulse-odoo";

  test("a checkout at a commit, read-only in the container", () => {
    const folders = ["addons", "oca/web"];
    const bundle = render("erp", { edits: { "odoo.addons": { repository, commit, folders } } });
    assert.deepEqual(bundle.checkouts, [{ path: "/opt/odoo", url: repository, commit }]);
    assert.ok(
      settings(bundle).includes(
        "addons_path = /usr/lib/python3/dist-packages/odoo/addons,/mnt/extra-addons/addons,/mnt/extra-addons/oca/web",
      ),
    );
    const unit = contentOf(bundle, "/etc/containers/systemd/odoo.container");
    assert.match(unit, /^Volume=\/opt\/odoo:\/mnt\/extra-addons:ro$/m);
    const service = bundle.units.find(({ name }) => name === "odoo.service");
    assert.ok(service?.restartOn.includes("/opt/odoo/**"));
  });

  test("none are needed", () => {
    const bundle = render("erp");
    assert.deepEqual(bundle.checkouts, []);
    assert.ok(bundle.directories.some(({ path }) => path === "/opt/odoo"));
  });
});
