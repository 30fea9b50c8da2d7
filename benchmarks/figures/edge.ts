import { type Platform, told } from "../../tests/platform/support.ts";
import { atLeast, type Benchmark, type Figure, figure, type Report } from "../benchmark.ts";
import { type Borne, obtainWrk, putUnderLoad } from "../load.ts";
import { machineObstacle, withMachines } from "../machines.ts";
import { alternate, median, paired } from "../statistics.ts";

const rounds = 9;
const host = "erp";
const name = "erp.insightpulseai.net";
const upstream = "http://127.0.0.1:8069";
const staticPath = "/web/static/measured.css";
const dynamicPath = "/web/health";
const barePort = 8443;
const folder = "/run/bare-nginx";

/** nginx as whoever installs it has it, with our TLS settings and the file on its disk. */
const bareConfiguration = `
worker_processes auto;
pid ${folder}/nginx.pid;
error_log stderr;
events { worker_connections 2048; }
http {
    include /etc/nginx/mime.types;
    sendfile on;
    access_log ${folder}/access.log;
    server {
        listen ${barePort} ssl;
        server_name ${name};
        include /etc/nginx/snippets/tls.conf;
        root ${folder}/root;
    }
}
`;

/** What the edge costs: a static file against a bare nginx, and a small answer against asking the service itself. */
export const edge: Benchmark = {
  name: "edge",
  description:
    "a static file through our nginx against a bare one with TLS, and what the proxy adds to an answer",
  obstacle: machineObstacle,
  run: async (report) => {
    await obtainWrk(report);
    return withMachines("prod", report, async (platform) => {
      await startBareNginx(platform);
      return [...(await staticFigures(platform, report)), ...(await proxyFigures(platform, report))];
    });
  },
};

async function startBareNginx(platform: Platform): Promise<void> {
  const script = `
    set -euo pipefail
    # The host does not trust its own certificate: the sandbox's public authority is another one at each start.
    fetch() { curl --silent --show-error --fail --insecure "$@"; }
    mkdir -p ${folder}/root/web/static
    chmod 0755 ${folder} ${folder}/root
    fetch --output ${folder}/root${staticPath} ${upstream}${staticPath}
    cat > ${folder}/nginx.conf
    # A benchmark that was tried before on this machine has left one.
    if systemctl is-active --quiet bare-nginx; then systemctl stop bare-nginx; fi
    systemd-run --quiet --unit bare-nginx nginx -c ${folder}/nginx.conf -g 'daemon off;'
    fetch --retry 20 --retry-all-errors --retry-delay 1 \\
      --output ${folder}/answer https://${name}:${barePort}${staticPath}
    # Twice: the first one fills the cache.
    for _ in 1 2; do
      fetch --output ${folder}/ours --dump-header ${folder}/headers https://${name}${staticPath}
    done
    cmp ${folder}/answer ${folder}/ours
    grep -qi '^x-cache-status: HIT' ${folder}/headers
  `;
  await told(platform.insideWith(bareConfiguration, host, "bash", "-c", script));
}

async function staticFigures(platform: Platform, report: Report): Promise<Figure[]> {
  const urls = {
    ours: `https://${name}${staticPath}`,
    bare: `https://${name}:${barePort}${staticPath}`,
  };
  const borne = await measure(platform, urls, { connections: 16, seconds: 2 }, report);
  const rate = (kind: keyof typeof urls) =>
    median((borne.get(kind) ?? []).map(({ requestsPerSecond }) => requestsPerSecond));
  const ratio = paired(
    borne.get("ours"),
    borne.get("bare"),
    (ours, bare) => ours.requestsPerSecond / bare.requestsPerSecond,
  );
  return [
    figure("static file through our nginx", rate("ours"), "requests/s"),
    figure("static file from a bare nginx with TLS", rate("bare"), "requests/s"),
    atLeast("static file: ours / bare nginx", ratio, "ratio", 0.9),
  ];
}

/** One request after the other: with more at once it would be measured how they wait for each other. */
async function proxyFigures(platform: Platform, report: Report): Promise<Figure[]> {
  const urls = { ours: `https://${name}${dynamicPath}`, direct: `${upstream}${dynamicPath}` };
  const borne = await measure(platform, urls, { connections: 1, seconds: 2 }, report);
  const p95 = (kind: keyof typeof urls) => median((borne.get(kind) ?? []).map(({ p95Ms }) => p95Ms));
  const added = paired(borne.get("ours"), borne.get("direct"), (ours, direct) => ours.p95Ms - direct.p95Ms);
  return [
    figure("small answer through our nginx, p95", p95("ours"), "ms"),
    figure("small answer from the service itself, p95", p95("direct"), "ms"),
    figure("what the proxy adds, p95", added, "ms", 5),
  ];
}

async function measure<Kind extends string>(
  platform: Platform,
  urls: Readonly<Record<Kind, string>>,
  load: { readonly connections: number; readonly seconds: number },
  report: Report,
): Promise<Map<Kind, Borne[]>> {
  const machine = await platform.droplet(host);
  return alternate(Object.keys(urls) as Kind[], rounds, (kind, round) => {
    report(`${urls[kind]}, round ${round} of ${rounds}`);
    return putUnderLoad(platform, machine, urls[kind], load);
  });
}
