import type { HostBundle } from "../../host/bundle.ts";
import { bundleIn } from "../../operations/hosts/stack.ts";
import { ofType, type Registration, secretValue } from "./mocks.ts";

/** A service as the stack gives it out. */
interface Given {
  readonly name: string;
  readonly healthUrl: string;
}

type Inputs = Readonly<Record<string, unknown>>;

/**
 * Everything the program declares that could fail without anybody being told: services, droplets, apps, and on the hosts
 * containers, sites, certificates, queues, units and timers.
 */
export function unwatched(registrations: readonly Registration[], services: readonly Given[]): string[] {
  return [
    ...services.flatMap((service) => unwatchedService(registrations, service)),
    ...Object.values(ofType(registrations, "digitalocean:index/droplet:Droplet")).flatMap(
      ({ name, inputs }) => unwatchedDroplet(registrations, name, inputs),
    ),
    ...Object.values(ofType(registrations, "digitalocean:index/app:App")).flatMap(({ name, inputs }) =>
      unwatchedApp(name, opened(inputs.spec) as Inputs),
    ),
    ...bundlesOf(registrations).flatMap(unwatchedOnHost),
  ];
}

/** The bundles that hosts are converged with. */
export function bundlesOf(registrations: readonly Registration[]): HostBundle[] {
  return Object.values(ofType(registrations, "command:remote:Command")).flatMap(({ name, inputs }) =>
    /^host-.*-convergence-apply$/.test(name)
      ? [bundleIn(String(secretValue(inputs.stdin))) as HostBundle]
      : [],
  );
}

function unwatchedService(registrations: readonly Registration[], { name, healthUrl }: Given): string[] {
  const checks = Object.values(ofType(registrations, "digitalocean:index/uptimeCheck:UptimeCheck"));
  const check = checks.find(({ inputs }) => inputs.target === healthUrl && inputs.enabled === true);
  if (check === undefined) return [`${name}: nobody asks ${healthUrl} from outside`];
  const alerts = Object.values(ofType(registrations, "digitalocean:index/uptimeAlert:UptimeAlert")).filter(
    ({ inputs }) => inputs.checkId === `${check.name}-id` && tells(inputs.notifications),
  );
  return ["down", "ssl_expiry"]
    .filter((type) => !alerts.some(({ inputs }) => inputs.type === type))
    .map((type) => `${name}: no alert of type ${type} tells anybody`);
}

function unwatchedDroplet(registrations: readonly Registration[], name: string, { tags }: Inputs): string[] {
  const alerts = Object.values(ofType(registrations, "digitalocean:index/monitorAlert:MonitorAlert")).filter(
    ({ inputs }) =>
      (inputs.tags as string[]).some((tag) => (tags as string[]).includes(tag)) && tells(inputs.alerts),
  );
  return ["cpu", "memory_utilization_percent", "disk_utilization_percent", "load_15"]
    .filter((metric) => !alerts.some(({ inputs }) => inputs.type === `v1/insights/droplet/${metric}`))
    .map((metric) => `${name}: no alert on ${metric} tells anybody`);
}

interface AppAlerts {
  readonly alerts?: readonly { readonly rule: string; readonly destinations?: unknown }[];
}

function unwatchedApp(name: string, spec: Inputs): string[] {
  const services = (spec.services ?? []) as AppAlerts[];
  const without = ({ alerts = [] }: AppAlerts, rules: readonly string[]) =>
    rules
      .filter((rule) => !alerts.some((alert) => alert.rule === rule && tells(alert.destinations)))
      .map((rule) => `${name}: no alert ${rule} tells anybody`);
  return [
    ...without(spec as AppAlerts, ["DEPLOYMENT_FAILED", "DOMAIN_FAILED"]),
    ...services.flatMap((service) =>
      without(service, ["CPU_UTILIZATION", "MEM_UTILIZATION", "RESTART_COUNT"]),
    ),
  ];
}

interface Watch {
  readonly services: readonly { readonly name: string; readonly direct?: string; readonly log?: string }[];
  readonly certificates: readonly { readonly file: string }[];
  readonly timers: readonly string[];
  readonly queues: readonly { readonly service: string }[];
  readonly folders: readonly string[];
  readonly database?: unknown;
}

/** The watch is watched from elsewhere: by the other hosts and from outside, and when it fails it says so itself. */
const selfWatched = ["watch.timer", "alarm-drill.timer"];

/** What lands on a host and is in no list of its watch. */
export function unwatchedOnHost({ host, files, units, packages }: HostBundle): string[] {
  const contents = new Map(files.map(({ path, content }) => [path, content]));
  const text = contents.get("/etc/insightpulse/watch.json");
  if (text === undefined) return [`${host}: nothing watches it`];
  const watch: Watch = JSON.parse(text);
  const found = (pattern: RegExp) => [...contents.keys()].flatMap((path) => pattern.exec(path)?.[1] ?? []);
  const isAsked = (name: string) => watch.services.some((one) => one.name === name && one.direct);
  const isRead = (name: string) => watch.services.some((one) => one.name === name && one.log);
  const containers = found(/^\/etc\/containers\/systemd\/(.+)\.container$/);
  // What takes over for a moment is the service itself; converge waits for it, and says so.
  const takesOver = (name: string) =>
    name.endsWith("-next") && containers.includes(name.slice(0, -"-next".length));
  const keepsWatchedFolder = (name: string) => {
    const text = contents.get(`/etc/containers/systemd/${name}.container`) ?? "";
    return !text.includes(`Volume=/var/lib/${name}`) || watch.folders.includes(`/var/lib/${name}`);
  };
  const missing = [
    ...containers
      .filter((name) => !takesOver(name) && (!isAsked(name) || !keepsWatchedFolder(name)))
      .map((name) => `the service ${name}`),
    ...found(/^\/etc\/nginx\/sites-enabled\/(?!00\d-)(.+)\.conf$/)
      .filter((name) => !isAsked(name) || !isRead(name))
      .map((name) => `the site ${name}`),
    ...[...(contents.get("/etc/nginx/snippets/tls.conf") ?? "").matchAll(/ssl_certificate (\S+);/g)]
      .map(([, path = ""]) => path)
      .filter((path) => !watch.certificates.some(({ file }) => file === path))
      .map((path) => `the certificate ${path}`),
    ...units
      .map(({ name }) => name)
      .filter((name) => name.endsWith(".timer") && ![...watch.timers, ...selfWatched].includes(name))
      .map((name) => `the timer ${name}`),
    ...found(/^\/etc\/systemd\/system\/((?:backup|watch|alarm-drill)(?:-[a-z]+)?)\.service$/)
      .filter(
        (name) => !/^OnFailure=alarm@%n/m.test(contents.get(`/etc/systemd/system/${name}.service`) ?? ""),
      )
      .map((name) => `the failure of ${name}`),
    ...(packages.includes("redis-server") && watch.queues.length === 0 ? ["the queue"] : []),
    ...(packages.includes("postgresql-client") && watch.database === undefined ? ["the database"] : []),
    ...selfWatched
      .filter((name) => !units.some((unit) => unit.name === name && unit.enabled))
      .map((name) => `the watch itself: ${name}`),
  ];
  return missing.map((what) => `${host}: nobody watches ${what}`);
}

/** Whether mail and Slack are told, which a spelling of DigitalOcean's each time says otherwise. */
function tells(to: unknown): boolean {
  const text = JSON.stringify(opened(to) ?? null);
  return text.includes("@") && /#insightpulse-alerts/.test(text);
}

function opened(value: unknown): unknown {
  try {
    return secretValue(value);
  } catch {
    return value;
  }
}
