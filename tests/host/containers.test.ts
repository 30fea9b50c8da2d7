import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { catalogue, type HostService } from "../../config/catalogue.ts";
import { memoryLimits } from "../../config/derive/host-memory.ts";
import { certificateAuthority } from "../support/certificate-authority.ts";
import { contentOf, fileOf, render } from "./support/render.ts";

const erp = render("erp");
const ocr = render("ocr");
const unit = (name: string, bundle = erp) =>
  contentOf(bundle, `/etc/containers/systemd/${name}.container`).split("\n");

const gpu = {
  "networks.tor1": { name: "insightpulse-tor1", ipRange: "10.130.0.0/20" },
  "hosts.ocr.region": "tor1",
  "hosts.ocr.size": "gpu-4000adax1-20gb",
  "budget.acceptedUsd": 2000,
  "hosts.ocr.accelerator": "gpu",
};

suite("Quadlet units", () => {
  test("pinned images, each by its full name", () => {
    const images = [...["odoo", "mattermost", "n8n"].map((name) => unit(name)), unit("ocr", ocr)].map(
      (lines) => lines.find((line) => line.startsWith("Image=")),
    );
    assert.deepEqual(images, [
      "Image=docker.io/library/odoo:18.0-20260421",
      "Image=docker.io/mattermost/mattermost-team-edition:11.7.15",
      "Image=docker.io/n8nio/n8n:2.35.7",
      "Image=registry.digitalocean.com/fin-workspace/ocr-service:1.0.0",
    ]);
  });

  for (const [name, bundle] of [
    ["odoo", erp],
    ["mattermost", erp],
    ["n8n", erp],
    ["ocr", ocr],
  ] as const) {
    test(`${name}: without privileges, logged to the journal, restarted for ever but ever slower`, () => {
      const lines = unit(name, bundle);
      const userId = (catalogue[name] as HostService).container.userId;
      for (const line of [
        "Network=host",
        "NoNewPrivileges=true",
        "DropCapability=all",
        "LogDriver=journald",
        `User=${userId}`,
        "Restart=always",
        "RestartMaxDelaySec=60",
        "StartLimitIntervalSec=0",
        "WantedBy=multi-user.target",
      ]) {
        assert.ok(lines.includes(line), line);
      }
      assert.ok(!lines.some((line) => line.startsWith("PublishPort")));
      const account = bundle.users.find((user) => user.name === `svc-${name}`);
      assert.equal(account?.id, userId);
      for (const { path, owner } of bundle.directories.filter((entry) =>
        entry.path.startsWith(`/var/lib/${name}`),
      )) {
        assert.equal(owner, `svc-${name}`, path);
      }
    });
  }

  test("every service listens on loopback by its own setting", () => {
    assert.match(contentOf(erp, "/etc/insightpulse/secrets/odoo.conf"), /^http_interface = 127\.0\.0\.1$/m);
    assert.ok(unit("mattermost").includes('Environment="MM_SERVICESETTINGS_LISTENADDRESS=127.0.0.1:8065"'));
    assert.ok(unit("n8n").includes('Environment="N8N_LISTEN_ADDRESS=127.0.0.1"'));
    assert.ok(unit("n8n").includes('Environment="N8N_RUNNERS_BROKER_LISTEN_ADDRESS=127.0.0.1"'));
    assert.ok(unit("ocr", ocr).includes('Environment="HOST=127.0.0.1"'));
  });

  test("data outlives the container", () => {
    const volumes = (name: string) => unit(name).filter((line) => /^Volume=\/var\/lib/.test(line));
    assert.deepEqual(volumes("odoo"), ["Volume=/var/lib/odoo:/var/lib/odoo"]);
    assert.deepEqual(volumes("n8n"), ["Volume=/var/lib/n8n:/home/node/.n8n"]);
    assert.deepEqual(volumes("mattermost"), [
      "Volume=/var/lib/mattermost/data:/mattermost/data",
      "Volume=/var/lib/mattermost/config:/mattermost/config",
      "Volume=/var/lib/mattermost/logs:/mattermost/logs",
      "Volume=/var/lib/mattermost/plugins:/mattermost/plugins",
      "Volume=/var/lib/mattermost/client-plugins:/mattermost/client/plugins",
    ]);
  });

  test("a port that is moved is moved everywhere", () => {
    const moved = render("erp", { edits: { "services.n8n": { port: 15678 } } });
    assert.ok(unit("n8n", moved).includes('Environment="N8N_PORT=15678"'));
    assert.match(contentOf(moved, "/etc/nginx/sites-enabled/n8n.conf"), /server 127\.0\.0\.1:15678 /);
    assert.match(contentOf(moved, "/etc/insightpulse/health/n8n.env"), /127\.0\.0\.1:15678\/healthz/);
  });
});

test("a restart holds every port of its service, so that nobody is refused meanwhile", () => {
  const hold = "ExecStop=-/usr/local/lib/insightpulse/hold-requests";
  assert.ok(unit("odoo").includes(`${hold} odoo.service 8069 8072`));
  assert.ok(unit("mattermost").includes(`${hold} mattermost.service 8065`));
  const letGo = "ExecStopPost=-/usr/local/lib/insightpulse/hold-requests --is-gone";
  assert.ok(unit("odoo").includes(`${letGo} 8069 8072`));
  assert.equal(fileOf(erp, "/usr/local/lib/insightpulse/hold-requests").mode, "0755");
});

suite("a release that takes over", () => {
  const takeover = (name: string, bundle = erp) =>
    bundle.units.find((one) => one.name === `${name}.service`)?.takeover ?? assert.fail(name);

  test("runs beside the one that serves, on ports of its own, with the same image, data and secrets", () => {
    const [now, next] = [unit("mattermost"), unit("mattermost-next")];
    assert.deepEqual(
      next.filter((line) => !now.includes(line)),
      [
        "# Mattermost, team chat: a new release, standing in. Runs beside mattermost.service while that follows; only `converge` starts it.",
        "Description=Mattermost, team chat: a new release, standing in",
        "ContainerName=mattermost-next",
        'Environment="MM_SERVICESETTINGS_LISTENADDRESS=127.0.0.1:18065"',
        'Environment="MM_SQLSETTINGS_MAXOPENCONNS=3"',
        'Environment="MM_CALLS_UDP_SERVER_PORT=18443"',
        'Environment="MM_CALLS_TCP_SERVER_PORT=18443"',
      ],
    );
    // It is not started at boot, holds nobody's requests, and unpacks its plugins where nobody else reads them.
    for (const missing of ["WantedBy=", "ExecStop=", "Volume=/var/lib/mattermost/plugins"])
      assert.ok(!next.some((line) => line.startsWith(missing)), missing);
  });

  test("Odoo's runs no scheduled jobs, and has its ports as options above its file", () => {
    const command = unit("odoo-next").find((line) => line.startsWith("Exec=")) ?? "";
    assert.match(command, /--http-port=18069 --gevent-port=18072 .*--max-cron-threads=0 --db_maxconn=2/);
    assert.ok(unit("odoo-next").includes("MemoryMax=1536M"));
    assert.deepEqual(takeover("odoo").ports, [8069, 8072]);
    assert.deepEqual(takeover("odoo").beside?.ports, [18069, 18072]);
    // Nobody waits for a port that has websockets alone.
    assert.deepEqual([takeover("odoo").drained, takeover("odoo").beside?.drained], [[8069], [18069]]);
    assert.equal(takeover("odoo").beside?.health.url, "http://127.0.0.1:18069/web/health");
  });

  test("n8n's never runs beside another, and is asked whether it is ready, not whether it lives", () => {
    assert.equal(takeover("n8n").beside, undefined);
    assert.equal(takeover("n8n").health.url, "http://127.0.0.1:5678/healthz/readiness");
    assert.ok(!erp.files.some(({ path }) => path.endsWith("n8n-next.container")));
  });

  test("the OCR service's reads from the same queue, and its registry's credentials are known before it starts", () => {
    assert.ok(unit("ocr-next", ocr).includes('Environment="PORT=18080"'));
    assert.deepEqual(ocr.units.find(({ name }) => name === "ocr.service")?.image, {
      reference: "registry.digitalocean.com/fin-workspace/ocr-service:1.0.0",
      authFile: "/etc/insightpulse/secrets/registry.json",
    });
  });

  test("a connection from nginx to a service ends well before it is waited for no longer", () => {
    const upstream = contentOf(erp, "/etc/nginx/snippets/upstream.conf");
    const longest = Number(/^keepalive_time (\d+)s;$/m.exec(upstream)?.[1]);
    for (const { takeover: its } of erp.units)
      assert.ok(its === undefined || longest < its.drainSeconds, `${longest} s`);
    assert.match(
      contentOf(erp, "/etc/nginx/sites-enabled/odoo.conf"),
      /upstream odoo \{[^}]*include snippets\/upstream\.conf;/,
    );
  });
});

suite("environments and secrets", () => {
  test("n8n: database through the session pooler as its own role, its key, its public address", () => {
    const lines = unit("n8n");
    for (const line of [
      'Environment="WEBHOOK_URL=https://n8n.insightpulseai.net/"',
      'Environment="N8N_PROXY_HOPS=1"',
      'Environment="N8N_PROTOCOL=https"',
      'Environment="DB_POSTGRESDB_HOST=aws-1-us-east-1.pooler.supabase.com"',
      'Environment="DB_POSTGRESDB_PORT=5432"',
      'Environment="DB_POSTGRESDB_USER=n8n_a.spdtwktxdalcfigzeqrz"',
      "EnvironmentFile=/etc/insightpulse/secrets/n8n.env",
    ]) {
      assert.ok(lines.includes(line), line);
    }
    const secrets = fileOf(erp, "/etc/insightpulse/secrets/n8n.env");
    assert.equal(
      secrets.content,
      "N8N_ENCRYPTION_KEY=secret-n8n-encryption-key\nDB_POSTGRESDB_PASSWORD=secret-n8n\n",
    );
    assert.equal(secrets.mode, "0600");
  });

  test("Mattermost: the whole connection is the secret, with TLS", () => {
    assert.equal(
      contentOf(erp, "/etc/insightpulse/secrets/mattermost.env"),
      "MM_SQLSETTINGS_DATASOURCE=postgres://mattermost_a.spdtwktxdalcfigzeqrz:secret-mattermost" +
        "@aws-1-us-east-1.pooler.supabase.com:5432/postgres?sslmode=require&connect_timeout=10\n",
    );
  });

  test("where the database's authority is known, every client verifies it, by the same file", () => {
    const bundle = render("erp", { edits: { "database.certificateAuthority": certificateAuthority } });
    const file = "/etc/insightpulse/database-authority.pem";
    assert.equal(contentOf(bundle, file), certificateAuthority);
    assert.equal(fileOf(bundle, file).mode, "0644");
    const mattermost = contentOf(bundle, "/etc/insightpulse/secrets/mattermost.env");
    assert.ok(mattermost.includes(`?sslmode=verify-full&sslrootcert=${file}&`));
    assert.match(contentOf(bundle, "/etc/insightpulse/secrets/odoo.conf"), /^db_sslmode = verify-full$/m);
    assert.ok(unit("odoo", bundle).includes(`Environment="PGSSLROOTCERT=${file}"`));
    const parameters = contentOf(bundle, "/etc/insightpulse/secrets/odoo-database.env");
    assert.match(parameters, new RegExp(`^PGSSLMODE=verify-full\nPGSSLROOTCERT=${file}$`, "m"));
    assert.ok(unit("n8n", bundle).includes(`Environment="DB_POSTGRESDB_SSL_CA_FILE=${file}"`));
    assert.ok(unit("n8n", bundle).includes('Environment="DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED=true"'));
    for (const name of ["odoo", "mattermost", "n8n"]) {
      assert.ok(unit(name, bundle).includes(`Volume=${file}:${file}:ro`), name);
      const service = bundle.units.find((one) => one.name === `${name}.service`);
      assert.ok(service?.restartOn.includes(file), name);
    }
    const { database } = JSON.parse(contentOf(bundle, "/etc/insightpulse/backup.json"));
    assert.deepEqual([database.tls, database.authorityFile], ["verify-full", file]);
    assert.doesNotMatch(JSON.stringify(render("erp")), /database-authority|SSL_CA_FILE/);
    assert.ok(!unit("odoo").includes("PGSSLROOTCERT"));
    const ocrBundle = render("ocr", { edits: { "database.certificateAuthority": certificateAuthority } });
    assert.doesNotMatch(JSON.stringify(ocrBundle), /database-authority/);
  });

  test("the OCR API and its queue share a password, on loopback", () => {
    const queue = contentOf(ocr, "/etc/redis/insightpulse.conf");
    for (const line of ["bind 127.0.0.1", "port 6379", "maxmemory 256mb", "appendonly yes"]) {
      assert.ok(queue.split("\n").includes(line), line);
    }
    const password = fileOf(ocr, "/etc/redis/insightpulse-password.conf");
    assert.equal(password.content, "requirepass secret-ocr-queue-password\n");
    assert.deepEqual([password.mode, password.group], ["0640", "redis"]);
    assert.match(
      contentOf(ocr, "/etc/insightpulse/secrets/ocr.env"),
      /^REDIS_PASSWORD=secret-ocr-queue-password$/m,
    );
    assert.ok(unit("ocr", ocr).includes('Environment="REDIS_PORT=6379"'));
    const order = ["redis-server.service", "ocr.service", "queue-password.service"];
    assert.deepEqual(
      ocr.units.map(({ name }) => name).filter((name) => order.includes(name)),
      order,
      "the next password is accepted before the service has it, and the one before forgotten afterwards",
    );
    assert.ok(ocr.packages.includes("redis-server") && !erp.packages.includes("redis-server"));
  });

  test("the account's registry is opened only where an image comes from it", () => {
    assert.equal(fileOf(ocr, "/etc/insightpulse/secrets/registry.json").mode, "0600");
    assert.ok(
      unit("ocr", ocr).includes("Environment=REGISTRY_AUTH_FILE=/etc/insightpulse/secrets/registry.json"),
    );
    assert.ok(!erp.files.some(({ path }) => path.endsWith("registry.json")));
  });
});

suite("memory and accelerators", () => {
  const services = ["odoo", "mattermost", "n8n"].map((name) => ({
    ...(catalogue[name] as HostService),
    name,
  }));
  for (const [memoryGib, expected] of [
    [2, { odoo: 1536, mattermost: 768, n8n: 1024 }],
    [4, { odoo: 1792, mattermost: 768, n8n: 1024 }],
    [8, { odoo: 5888, mattermost: 768, n8n: 1024 }],
  ] as const) {
    test(`${memoryGib} GiB are shared out`, () => {
      assert.deepEqual(memoryLimits(services, { memoryGib }), expected);
    });
  }

  test("systemd limits each service, and swap carries what is over", () => {
    assert.ok(unit("odoo").includes("MemoryMax=1792M"));
    assert.ok(unit("mattermost").includes("MemoryMax=768M"));
    const swap = (bundle = erp) => contentOf(bundle, "/etc/systemd/system/swap-file.service");
    assert.match(swap(), /swap-file 4096$/m);
    assert.match(swap(render("erp", { stack: "staging" })), /swap-file 2048$/m);
  });

  test("a GPU reaches the service that uses one, and only on a GPU size", () => {
    const withGpu = render("ocr", { edits: gpu });
    assert.ok(unit("ocr", withGpu).includes("AddDevice=nvidia.com/gpu=all"));
    assert.ok(unit("ocr", withGpu).includes('Environment="OCR_USE_GPU=true"'));
    assert.ok(withGpu.packages.includes("nvidia-container-toolkit"));
    assert.ok(withGpu.units.some(({ name }) => name === "nvidia-devices.service"));
    assert.ok(!unit("ocr", ocr).some((line) => line.startsWith("AddDevice")));
    assert.ok(!ocr.packages.includes("nvidia-container-toolkit"));
  });
});
