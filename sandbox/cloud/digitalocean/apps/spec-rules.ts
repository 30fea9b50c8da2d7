import type { Cloud } from "../../core/cloud.ts";
import { invalidArgument } from "../../core/errors.ts";
import { REGIONS } from "../catalogue.ts";
import { DEFAULT_INSTANCE_SIZE, findInstanceSize } from "./catalogue.ts";
import { type AppSpec, allComponents, type Component, runningComponents } from "./spec.ts";

const DEFAULT_REGION = "nyc";
const DEFAULT_PORT = 8080;

const refuse = (field: string, why: string) =>
  invalidArgument(`error validating app spec field "${field}": ${why}`);

/** Checks a spec beyond its shape, as App Platform does before it builds anything. `app` is the one being changed. */
export function checkSpec(cloud: Cloud, spec: AppSpec, app?: string): void {
  const others = cloud.state.apps.filter((one) => one.id !== app);
  if (others.some((one) => one.spec.name === spec.name))
    throw refuse("name", "an app with this name already exists");
  checkRegion(cloud, spec, app);
  checkComponents(spec);
  checkDomains(
    spec,
    others.map((one) => one.spec),
  );
  checkIngress(spec);
  if (spec.vpc && !cloud.state.vpcs.get(spec.vpc.id)) throw refuse("vpc.id", "the VPC does not exist");
}

function checkRegion(cloud: Cloud, spec: AppSpec, app?: string): void {
  if (spec.region === undefined) return;
  const words = [...new Set(REGIONS.map((region) => region.apps).filter((word) => word !== undefined))];
  if (!words.includes(spec.region)) throw refuse("region", `must be one of ${words.join(", ")}`);
  const current = app === undefined ? undefined : cloud.state.apps.get(app)?.spec.region;
  if (current !== undefined && current !== spec.region)
    throw refuse("region", "the region of an app cannot be changed");
}

function checkComponents(spec: AppSpec): void {
  const components = allComponents(spec);
  if (components.length === 0) throw refuse("services", "an app needs at least one component");
  const names = components.map((component) => component.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw refuse(twice, "component names must be unique in an app");
  for (const component of components) checkSource(component);
  for (const component of runningComponents(spec)) checkInstances(component);
}

function checkSource(component: Component): void {
  const image = "image" in component ? component.image : undefined;
  const named = [component.git, component.github, component.gitlab, component.bitbucket, image];
  const count = named.filter((source) => source !== undefined).length;
  if (count !== 1)
    throw refuse(component.name, "exactly one source (git, github, gitlab, bitbucket or image) is required");
  if (!image) return;
  const at = `${component.name}.image`;
  if (image.registry_type === "DOCR" && image.registry)
    throw refuse(`${at}.registry`, "must be empty for DOCR");
  if (image.registry_type === "DOCKER_HUB" && !image.registry)
    throw refuse(`${at}.registry`, "is required for DOCKER_HUB");
  if (image.tag && image.digest) throw refuse(`${at}.digest`, "give a tag or a digest, not both");
  if (image.deploy_on_push?.enabled && (image.registry_type !== "DOCR" || image.digest)) {
    throw refuse(`${at}.deploy_on_push`, "only works for DOCR with a tag");
  }
}

function checkInstances(component: ReturnType<typeof runningComponents>[number]): void {
  const slug = component.instance_size_slug ?? DEFAULT_INSTANCE_SIZE;
  const size = findInstanceSize(slug);
  const at = `${component.name}.instance_size_slug`;
  if (!size) throw refuse(at, `${slug} is not an instance size`);
  if (size.single_instance_only && (component.instance_count ?? 1) > 1) {
    throw refuse(`${component.name}.instance_count`, `${slug} runs one instance only`);
  }
  if (!("autoscaling" in component) || !component.autoscaling) return;
  if (!size.scalable) throw refuse(at, "autoscaling needs a dedicated instance size (apps-d-...)");
  if (component.instance_count !== undefined) {
    throw refuse(`${component.name}.instance_count`, "cannot be combined with autoscaling");
  }
}

/** A host name belongs to one app only. */
function checkDomains(spec: AppSpec, others: AppSpec[]): void {
  const wanted = (spec.domains ?? []).map((domain) => domain.domain.toLowerCase());
  const taken = others.flatMap((other) => other.domains ?? []).map((domain) => domain.domain.toLowerCase());
  const clash = wanted.find((domain, index) => taken.includes(domain) || wanted.indexOf(domain) !== index);
  if (clash !== undefined) throw refuse("domains", `${clash} is already in use by an app`);
  if ((spec.domains ?? []).filter((domain) => domain.type === "PRIMARY").length > 1) {
    throw refuse("domains", "only one domain can be PRIMARY");
  }
}

function checkIngress(spec: AppSpec): void {
  const names = allComponents(spec).map((component) => component.name);
  for (const [index, rule] of (spec.ingress?.rules ?? []).entries()) {
    const at = `ingress.rules.${index}`;
    if ((rule.component === undefined) === (rule.redirect === undefined)) {
      throw refuse(at, "a rule needs either a component or a redirect");
    }
    if (rule.component && !names.includes(rule.component.name)) {
      throw refuse(`${at}.component.name`, `there is no component ${rule.component.name}`);
    }
  }
}

/** Fills in what the platform decides where a spec is silent. */
export function withDefaults(spec: AppSpec): AppSpec {
  const services = spec.services?.map((service) => ({
    ...service,
    instance_size_slug: service.instance_size_slug ?? DEFAULT_INSTANCE_SIZE,
    http_port: service.http_port ?? DEFAULT_PORT,
    ...(service.autoscaling ? {} : { instance_count: service.instance_count ?? 1 }),
  }));
  const routed = allComponents(spec).some((component) => "routes" in component && component.routes);
  const front = spec.services?.[0]?.name ?? spec.static_sites?.[0]?.name;
  const ingress = spec.ingress?.rules || routed || front === undefined ? spec.ingress : everythingTo(front);
  return {
    ...spec,
    region: spec.region ?? DEFAULT_REGION,
    ...(services ? { services } : {}),
    ...(ingress ? { ingress } : {}),
  };
}

const everythingTo = (name: string) => ({
  rules: [{ match: { path: { prefix: "/" } }, component: { name } }],
});
