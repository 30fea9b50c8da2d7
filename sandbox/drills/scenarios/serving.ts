import { z } from "zod";
import { Failure } from "../../engine/failure.ts";
import { type Ground, waitFor } from "../ground.ts";

/** Where people see which release serves them, by service: Odoo's is on a host, Superset's on App Platform. */
const pages = { odoo: "/web/login", superset: "/health" } as const;

type Service = keyof typeof pages;

/** The releases that answer people, by service. */
export type Serving = Readonly<Record<Service, string>>;

/** Seconds in which App Platform has deployed. */
const deployedWithin = 180;

/** The releases that answer people, as the images that play the services say in every answer. */
export async function serving(ground: Ground): Promise<Serving> {
  const [odoo, superset] = await Promise.all([servedBy(ground, "odoo"), servedBy(ground, "superset")]);
  return { odoo, superset };
}

async function servedBy(ground: Ground, service: Service): Promise<string> {
  const url = `${ground.addressOf(service)}${pages[service]}`;
  const options = ["--silent", "--show-error", "--include", "--max-time", "20"];
  const answer = await ground.operator.told("curl", ...options, url);
  const release = /^x-stand-in-release: (?<release>\S+)/im.exec(answer)?.groups?.release;
  if (release === undefined)
    throw new Failure(
      `${service} does not say which release it is: only the images that play it do`,
      "./scripts/sandbox up prod --images stand-in",
    );
  return release;
}

const componentSchema = z.looseObject({ image: z.looseObject({}) });
const appsSchema = z.object({
  apps: z.array(
    z.object({
      id: z.string(),
      spec: z.looseObject({ name: z.string(), services: z.array(z.looseObject({})).optional() }),
    }),
  ),
});
const deploymentsSchema = z.object({
  deployments: z.tuple([z.object({ phase: z.string() })]).rest(z.unknown()),
});

/** Deploys another release of Superset's image past the stack, as its owner does, and waits until it serves. */
export async function deployApp(ground: Ground, tag: string): Promise<void> {
  const { apps } = appsSchema.parse((await ground.askCloud("GET", "/apps?per_page=200")).body);
  const found = apps.find(({ spec }) => spec.name === "superset");
  if (found === undefined) throw new Failure("the account has no app called superset");
  const path = `/apps/${found.id}`;
  const services = z
    .array(componentSchema)
    .parse(found.spec.services)
    .map((service) => ({ ...service, image: { ...service.image, tag } }));
  const { status } = await ground.askCloud("PUT", path, { spec: { ...found.spec, services } });
  if (status !== 200) throw new Failure(`the cloud answers ${status} to another release of superset`);
  // The deployment first: an app that is being moved to it may not answer for a moment.
  await waitFor(`the deployment of superset ${tag} is over`, deployedWithin, async () => {
    const { deployments } = deploymentsSchema.parse(
      (await ground.askCloud("GET", `${path}/deployments`)).body,
    );
    const [{ phase }] = deployments;
    if (phase === "ERROR" || phase === "CANCELED")
      throw new Failure(`the deployment of superset ${tag} ended as ${phase}`);
    return phase === "ACTIVE" ? true : undefined;
  });
  await waitFor(`superset serves people by ${tag}`, deployedWithin, async () =>
    (await servedBy(ground, "superset")) === tag ? true : undefined,
  );
}
