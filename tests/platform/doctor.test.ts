import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { DeleteObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Finding } from "../../operations/doctor/finding.ts";
import { statePaths } from "../../sandbox/engine/paths.ts";
import { visiting } from "../../sandbox/world/inside.ts";
import { Backups } from "../data/backup-support.ts";
import { ask } from "./account.ts";
import { healthUrls, waitUntilWell } from "./services.ts";
import { Platform, type Said, say, skip, told } from "./support.ts";

const environment = "prod";
const domain = "insightpulseai.net";
const live = `/etc/letsencrypt/live/erp.${domain}`;

/** Larger than any number that the kernel gives to a process. */
const noProcess = 2 ** 22 + 1;

/** A fault that is planted, and how it is to be found. */
interface Fault {
  readonly name: string;
  readonly plant: () => Promise<unknown>;
  readonly kind: Finding["kind"];
  /** Of what and where together. */
  readonly found: RegExp;
}

/** A disk of its own that a test fills, and how much of memory a test says to be in use. */
const [smallDisk, memoryInUse] = ["/var/lib/ocr", "99 %"];

/** What the computer that plays the hosts has, it has for all of them: but for what was planted, it is nobody's fault here. */
const isOfThisComputer = ({ kind, what, where }: Finding) =>
  (kind === "memory" && !what.includes(memoryInUse)) || (kind === "disk" && !where.endsWith(smallDisk));

/**
 * A platform of its own: what is found must be what was planted, and what is rotated stands in the settings, which the
 * sandbox writes anew for other tests.
 */
describe("the doctor", { skip, concurrency: false }, () => {
  const folder = mkdtempSync(join(tmpdir(), "platform-doctor-"));
  let platform: Platform;
  let exports: string;
  before(async () => {
    platform = await Platform.own(environment);
    await platform.restAtNight();
    exports = await told(platform.sandbox("env", environment));
    writeOperatorsSsh(join(folder, "ssh"), statePaths(platform.folder).operatorKey);
    writeDoctl(join(folder, "doctl"));
    await new Backups(platform).seed(200);
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await platform?.close();
  });

  /** Runs a command line as an operator types it, on a computer in the sandbox's network, who says yes to the engine. */
  function type(line: string): Promise<Said> {
    const variables = [
      `OPS_KNOWN_HOSTS=${join(folder, "known-hosts")}`,
      // The sandbox's own: nobody answers at the public ones in there.
      "OPS_RESOLVERS=67.207.67.2 67.207.67.3",
      "PULUMI_SKIP_CONFIRMATIONS=true",
      // Shares of a kit's passphrase go into files there.
      `HOME=${folder}`,
    ];
    const command = visiting({ state: statePaths(platform.folder) }, [
      "env",
      ...variables,
      "bash",
      "-c",
      line,
    ]);
    const script = 'eval "$1"; export PATH="$2:$PATH"; shift 2; exec "$@"';
    return say(["bash", "-c", script, "bash", exports, folder, ...command]);
  }

  async function findings(): Promise<Finding[]> {
    const { exitCode, stdout, text } = await type(`./scripts/ops doctor ${environment} --json`);
    assert.ok(exitCode === 0 || exitCode === 3, text);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    assert.equal(exitCode === 3, findings.length > 0);
    return findings.filter((finding) => !isOfThisComputer(finding));
  }

  async function mend(found: readonly Finding[], context: TestContext): Promise<void> {
    for (const command of new Set(found.flatMap(({ fix }) => fix))) {
      const began = performance.now();
      const { exitCode, text } = await type(command);
      assert.equal(exitCode, 0, `${command}\n${text}`);
      context.diagnostic(`${Math.round((performance.now() - began) / 1000)} s: ${command}`);
    }
  }

  /** Plants faults, sees each of them found, mends them by what was printed, and sees nothing any more. */
  async function foundAndMended(faults: readonly Fault[], context: TestContext): Promise<void> {
    for (const { plant } of faults) await plant();
    const found = await findings();
    for (const { name, kind, found: pattern } of faults) {
      const own = found.filter((one) => one.kind === kind && pattern.test(`${one.what} at ${one.where}`));
      assert.equal(own.length, 1, `${name} is not found once: ${JSON.stringify(found, null, 1)}`);
      assert.ok(own[0]?.fix.length, `${name} has no command that mends it`);
    }
    await mend(found, context);
    // What was rotated or renewed with it, the disaster kit holds as it was.
    const left = await findings();
    assert.ok(
      left.every(({ kind }) => kind === "kit"),
      JSON.stringify(left, null, 1),
    );
    await mend(left, context);
    assert.deepEqual(await findings(), []);
    context.diagnostic(`${faults.length} faults, ${found.length} findings`);
  }

  const on = (host: string, script: string) => told(platform.inside(host, "bash", "-euc", script));

  async function record(name: string, type: string): Promise<string> {
    const { domain_records: records } = await ask(platform, "GET", `/domains/${domain}/records?per_page=200`);
    const found = (records as { id: number; name: string; type: string }[]).find(
      (one) => one.name === name && one.type === type,
    );
    return `/domains/${domain}/records/${found?.id}`;
  }

  test("what a platform that was just adopted still lacks is found and mended, and then there is nothing", async (context) => {
    const found = await findings();
    assert.deepEqual(
      found.map(({ kind, what }) => `${kind}: ${what}`),
      ["backup: no backup has ever been proven", "kit: there is no disaster kit"],
    );
    await mend(found, context);
    assert.deepEqual(await findings(), []);
  });

  test("faults on hosts", async (context) => {
    await foundAndMended(
      [
        {
          name: "a service that was stopped",
          plant: () => on("erp", "systemctl stop n8n.service"),
          ...{ kind: "units", found: /inactive, and is to run at erp: n8n\.service/ },
        },
        {
          name: "a timer that was stopped",
          plant: () => on("erp", "systemctl stop watch-health@mattermost.timer"),
          ...{ kind: "units", found: /inactive, and is to run at erp: watch-health@mattermost\.timer/ },
        },
        {
          name: "a service that hangs",
          plant: () => on("erp", "podman pause mattermost"),
          ...{ kind: "service", found: /mattermost .* at https:\/\/chat\./ },
        },
        {
          name: "a unit that has failed",
          plant: () => on("ocr", "systemd-run --quiet --wait --unit=tried false || true"),
          ...{ kind: "units", found: /has failed at ocr: tried\.service/ },
        },
        {
          name: "a firewall that is off",
          plant: () => on("ocr", "ufw disable"),
          ...{ kind: "firewall", found: /firewall is off at ocr: ufw/ },
        },
        {
          name: "a rule more",
          plant: () => on("erp", "ufw allow 5432/tcp"),
          ...{ kind: "firewall", found: /has "allow 5432\/tcp" more at erp: ufw/ },
        },
        {
          name: "a program that listens to everybody",
          plant: () =>
            on(
              "ocr",
              "systemd-run --quiet --unit=careless python3 -m http.server --directory /run/lock 8999",
            ),
          ...{ kind: "ports", found: /python3 listens to everybody on port 8999/ },
        },
        {
          name: "a file that was edited",
          plant: () => on("erp", "echo '# by hand' >>/etc/nginx/snippets/tls.conf"),
          ...{ kind: "drift", found: /erp: .*\/etc\/nginx\/snippets\/tls\.conf/ },
        },
        {
          name: "a sign-on that leads elsewhere",
          plant: () =>
            on(
              "erp",
              `sed -i '1a redirect_url = "https://elsewhere.example/oauth2/callback"' /etc/oauth2-proxy/oauth2-proxy.cfg
              systemctl restart oauth2-proxy.service`,
            ),
          ...{
            kind: "sign-on",
            found: /sent back to https:\/\/elsewhere\.example\/oauth2\/callback.* at n8n/,
          },
        },
        {
          name: "a certificate that was renewed and not taken up",
          plant: () =>
            on(
              "ocr",
              "certbot renew --quiet --force-renewal --no-random-sleep-on-renew --no-directory-hooks --deploy-hook true",
            ),
          ...{ kind: "certificate", found: /on disk is not the one that is served at ocr/ },
        },
        {
          name: "a disk that is full",
          plant: () => on("ocr", fullDisk),
          ...{ kind: "disk", found: /the disk is (9\d|100) % full, more than 85 at ocr: \/var\/lib\/ocr/ },
        },
        {
          name: "a service that wants ever more memory",
          plant: () => on("ocr", hungryService),
          ...{ kind: "memory", found: /memory is (short: for 99 %|99 % in use).* at ocr/ },
        },
        {
          name: "a clock that nobody keeps",
          plant: () => on("erp", loosenedClock),
          ...{ kind: "clock", found: /nobody keeps the clock in time at erp/ },
        },
        {
          name: "a backup that nobody has proven",
          plant: () => on("erp", "rm -r /var/lib/insightpulse/backup/records"),
          ...{ kind: "backup", found: /no backup has ever been proven at erp/ },
        },
      ],
      context,
    );
  });

  test("a host that answers nobody, and nothing else of all that rests on it", async (context) => {
    await on("ocr", "ip link set eth0 down");
    const found = await findings();
    assert.deepEqual(
      found.map(({ kind, what }) => `${kind}: ${what}`),
      ["reach: the host answers nobody"],
    );
    await mend(found, context);
    await waitUntilWell(platform, [healthUrls(domain).ocr]);
    // It answers before everything on it has been started.
    await platform.inside("ocr", "systemctl", "is-system-running", "--wait");
    assert.deepEqual(await findings(), []);
  });

  test("faults in the cloud, and one that every visitor meets", async (context) => {
    await foundAndMended(
      [
        {
          name: "a record that leads elsewhere",
          plant: async () =>
            ask(platform, "PATCH", await record("n8n", "A"), { type: "A", data: "198.51.100.9" }),
          ...{ kind: "names", found: /leads to 198\.51\.100\.9, .* at n8n\.insightpulseai\.net A/ },
        },
        {
          name: "a record that is gone",
          plant: async () => ask(platform, "DELETE", await record("mcp", "CNAME")),
          ...{ kind: "names", found: /does not exist, .* at mcp\.insightpulseai\.net CNAME/ },
        },
        {
          name: "a cloud firewall with a rule more",
          plant: openCloudFirewall,
          ...{ kind: "firewall", found: /inboundRules.* at host-\w+-firewall/ },
        },
        {
          name: "a certificate that nobody trusts and that ends soon",
          plant: () => on("erp", shortCertificate),
          ...{
            kind: "certificate",
            found: /ends in [45]\.\d days, and must last 14.*trusted by nobody.* at erp/,
          },
        },
        {
          name: "an uptime check that is gone",
          plant: async () => {
            const { checks } = await ask(platform, "GET", "/uptime/checks?per_page=100");
            await ask(platform, "DELETE", `/uptime/checks/${checks[0].id}`);
          },
          ...{ kind: "drift", found: /resource is gone at .*UptimeCheck/ },
        },
      ],
      context,
    );
  });

  test("faults of the stack and the database", async (context) => {
    await foundAndMended(
      [
        {
          name: "a secret that is too old",
          plant: ageSecret,
          ...{ kind: "secret", found: /\d+ days old, and may be 180 at heartbeats-outside/ },
        },
        {
          name: "a login whose password was changed in the database",
          plant: changeLogin,
          ...{ kind: "database", found: /cannot be used: .* at aws-1-us-east-1\.pooler\.supabase\.com/ },
        },
        {
          name: "a disaster kit that lies in one region alone",
          plant: loseKits,
          ...{ kind: "kit", found: /lies in one region alone \(nyc3\) at kit\/prod\/kits\// },
        },
        {
          name: "a lock that nobody frees",
          plant: leaveLock,
          ...{ kind: "lock", found: /the stack is locked at prod/ },
        },
      ],
      context,
    );
  });

  async function openCloudFirewall(): Promise<void> {
    const { firewalls } = await ask(platform, "GET", "/firewalls?per_page=100");
    const [{ id, name, inbound_rules, outbound_rules, droplet_ids, tags }] = firewalls;
    const opening = { protocol: "tcp", ports: "8999", sources: { addresses: ["0.0.0.0/0"] } };
    const rules = { inbound_rules: [...inbound_rules, opening], outbound_rules };
    await ask(platform, "PUT", `/firewalls/${id}`, { name, droplet_ids, tags, ...rules });
  }

  /** In the state, as if the secret had been made long ago. */
  async function ageSecret(): Promise<void> {
    const state = JSON.parse(await told(type("pulumi stack export")));
    const own = (state.deployment.resources as { urn: string; created: string }[]).find(({ urn }) =>
      /::heartbeats-outside(-\d+)?$/.test(urn),
    );
    assert.ok(own);
    own.created = "2020-01-01T00:00:00Z";
    const file = join(folder, "state.json");
    writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
    await told(type(`pulumi stack import --file ${file}`));
    rmSync(file);
  }

  /** As the login itself, which may change its own. */
  async function changeLogin(): Promise<void> {
    await on(
      "erp",
      `file=/etc/insightpulse/secrets/watch.pgpass
      IFS=: read -r host _port name user _ <"$file"
      export PGPASSFILE="$file" PGSSLMODE=require
      psql --no-psqlrc --quiet --host="$host" --port=5432 --username="$user" "$name" \
        --command="ALTER ROLE current_user PASSWORD 'changed-by-hand-0123456789'"`,
    );
  }

  /** In the second region, as somebody does who tidies up. */
  async function loseKits(): Promise<void> {
    const { buckets } = JSON.parse(await told(type(`./scripts/ops kit list ${environment} --json`)));
    const [, second] = buckets as { bucket: string; kits: { name: string }[] }[];
    assert.ok(second !== undefined && second.kits.length > 0);
    const { spacesUrl } = JSON.parse(readFileSync(join(platform.folder, "cloud/cloud.json"), "utf8"));
    const keys = await told(type('printf "%s\n" "$SPACES_ACCESS_KEY_ID" "$SPACES_SECRET_ACCESS_KEY"'));
    const [accessKeyId = "", secretAccessKey = ""] = keys.split("\n");
    const where = { endpoint: spacesUrl, region: "us-east-1", forcePathStyle: true };
    const client = new S3Client({ ...where, credentials: { accessKeyId, secretAccessKey } });
    for (const { name: Key } of second.kits)
      await client.send(new DeleteObjectCommand({ Bucket: second.bucket, Key }));
    client.destroy();
  }

  async function leaveLock(): Promise<void> {
    const locks = join(platform.folder, "backend/.pulumi/locks/organization/insightpulse", environment);
    mkdirSync(locks, { recursive: true });
    const lock = {
      pid: noProcess,
      username: "ana",
      hostname: hostname(),
      timestamp: new Date().toISOString(),
    };
    writeFileSync(join(locks, "6f1d7a52-0000-4000-8000-000000000000.json"), JSON.stringify(lock));
  }
});

/** A pair of nobody's authority that ends in five days, in the place of the real one, and served. */
const shortCertificate = `
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 5 -subj /CN=erp.${domain} \
  -addext 'subjectAltName=DNS:${domain},DNS:*.${domain}' -keyout "$(realpath ${live}/privkey.pem)" -out /run/short.pem 2>/dev/null
for name in cert fullchain; do cat /run/short.pem >"$(realpath ${live}/$name.pem)"; done
rm /run/short.pem
systemctl reload nginx.service`;

/** A small disk for the service's files, on which downloaded packages have taken all the room. */
const fullDisk = `
mount -t tmpfs -o "size=16m,$(stat -c 'mode=%a,uid=%u,gid=%g' ${smallDisk})" small ${smallDisk}
mkdir ${smallDisk}/archives
mount --bind ${smallDisk}/archives /var/cache/apt/archives
dd if=/dev/zero of=/var/cache/apt/archives/downloaded.deb bs=4k 2>/dev/null || true`;

/**
 * A service that has all the memory until it is started anew. What the kernel says of memory is a stand-in, and gone when the
 * service stops: limits of memory do not hold in every sandbox, and using up all that this computer has would end more than a test.
 */
const hungryService = `
mkdir /run/hungry
sed 's/^MemTotal:.*/MemTotal: 10000 kB/; s/^MemAvailable:.*/MemAvailable: 100 kB/' /proc/meminfo >/run/hungry/meminfo
echo 'some avg10=99.00 avg60=99.00 avg300=99.00 total=1' >/run/hungry/pressure
group=/sys/fs/cgroup/system.slice/hungry.service
pressure=/sys/fs/cgroup/memory.pressure
[ -e "$pressure" ] || pressure=/proc/pressure/memory
systemd-run --quiet --unit=hungry sleep infinity
systemd-run --quiet --unit=hungry-memory --property=Type=oneshot --property=RemainAfterExit=yes \\
  --property=PartOf=hungry.service --property=After=hungry.service \\
  --property="ExecStop=-/bin/umount $group" \\
  --property="ExecStop=-/bin/umount /proc/meminfo" \\
  --property="ExecStop=-/bin/umount $pressure" true
mount --bind /run/hungry/meminfo /proc/meminfo
[ ! -e "$pressure" ] || mount --bind /run/hungry/pressure "$pressure"
mount -t tmpfs hungry "$group"
echo 1099511627776 >"$group/memory.current"`;

/**
 * Nobody keeps the clock until somebody is told to. That there is one to be kept is a stand-in: a container's is its computer's,
 * and a droplet has its own.
 */
const loosenedClock = `
cat >/run/timedatectl <<'TEXT'
#!/bin/sh
case "$1" in
  show) printf 'CanNTP=yes\nNTP=%s\n' "$([ -e /run/clock-is-kept ] && echo yes || echo no)" ;;
  set-ntp) touch /run/clock-is-kept ;;
esac
TEXT
chmod 755 /run/timedatectl
mount --bind /run/timedatectl "$(command -v timedatectl)"
printf '[Service]\nType=oneshot\nExecStart=/bin/true\n' >/run/systemd/system/systemd-timesyncd.service
systemctl daemon-reload`;

/**
 * A stand-in for DigitalOcean's own command line, which speaks to the account's API: the two commands that the doctor prints.
 */
function writeDoctl(file: string): void {
  const script = `#!/bin/bash
set -euo pipefail
api() { curl --silent --show-error --fail --header "Authorization: Bearer $DIGITALOCEAN_TOKEN" "$@"; }
address="$DIGITALOCEAN_API_URL/v2/droplets"
case "$*" in
  "compute droplet list "*" --format ID --no-header")
    api "$address?per_page=200" | jq --raw-output --arg name "$4" '.droplets[] | select(.name == $name).id' ;;
  "compute droplet-action power-cycle "*" --wait")
    action="$(api --json '{"type": "power_cycle"}' "$address/$4/actions" | jq .action.id)"
    while status="$(api "$address/$4/actions/$action" | jq --raw-output .action.status)"; [ "$status" = in-progress ]; do
      sleep 0.5
    done
    [ "$status" = completed ] ;;
  *) echo "the stand-in for doctl does not know: $*" >&2; exit 1 ;;
esac
`;
  writeFileSync(file, script, { mode: 0o700 });
}

/**
 * A stand-in for the operator's own settings of ssh: his key, and that he has met the hosts before.
 */
function writeOperatorsSsh(file: string, key: string): void {
  const options = ["BatchMode=yes", "ConnectTimeout=10", "StrictHostKeyChecking=no", "LogLevel=ERROR"]
    .map((option) => `-o ${option}`)
    .join(" ");
  const known = `-o UserKnownHostsFile=${file}-hosts`;
  writeFileSync(file, `#!/bin/sh\nexec /usr/bin/ssh -F none -i '${key}' ${options} ${known} "$@"\n`);
  chmodSync(file, 0o700);
}
