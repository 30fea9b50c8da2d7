import { z } from "zod";
import { Failure } from "../../engine/failure.ts";
import type { Drill } from "../drill.ts";
import type { Ground } from "../ground.ts";
import { deployApp, type Serving, serving } from "./serving.ts";

/** Behind an image's tag: another release of it, which comes up well. */
const next = "-next";
/** Where the settings pin Odoo's image. */
const pin = "services.odoo.image";
/** A setting that nobody works with. */
const description = "project.description";

/** Releases that came up, on a host and on App Platform, and that people cannot work with. */
export const badRelease: Drill = {
  name: "bad-release",
  title: "A release is bad",
  limitMinutes: 5,
  allowance: {
    minutes: 2,
    for: "a real Odoo, which takes half a minute to come up, and App Platform, which takes two minutes to deploy, at once",
  },
  pages: ["roll-back.md"],
  does: "another release of Superset deployed by its owner, and one of Odoo delivered by the stack: healthy, and not what people can work with",
  endsWhen:
    "the releases before serve everybody again, on the host and on App Platform, all services are well, and a preview changes nothing",
  begin: async (ground) => {
    const { operator } = ground;
    await tidyUp(ground);
    const described = await operator.told("pulumi", "config", "get", "--path", description);
    // One can only go back to what was delivered and healthy.
    await deliver(ground, { [description]: `Before a bad release, ${new Date().toISOString()}` });
    const before = await serving(ground);
    return {
      inject: async () => {
        await deployApp(ground, `${before.superset}${next}`);
        const image = { registryType: "DOCKER_HUB", repository: "odoo", tag: `${before.odoo}${next}` };
        const edits = Object.entries(image).map(([key, value]) => [`${pin}.${key}`, value]);
        await deliver(ground, Object.fromEntries(edits));
        const now = await serving(ground);
        const old = names(before).filter((name) => now[name] !== `${before[name]}${next}`);
        if (old.length > 0) throw new Failure(`of ${old.join(" and ")} the release before still serves`);
      },
      broken: async () => {
        const now = await serving(ground);
        const others = names(before).filter((name) => now[name] !== before[name]);
        if (others.length === 0) return ground.unwell();
        return others.map((name) => `${name} serves by ${now[name]}, not ${before[name]}`).join("; ");
      },
      verify: async () => {
        await operator.told("pulumi", "--non-interactive", "preview", "--expect-no-changes");
        const { hosts, apps } = await secondsOf(ground);
        const found = [
          `people are served by Odoo ${before.odoo} and Superset ${before.superset}`,
          "a preview changes nothing",
          `the host took ${hosts} s, the app ${apps} s, at once`,
        ];
        return { found, lostSeconds: null };
      },
      // As somebody does who has mended the release: the pin is taken out, and what is delivered then is not what went wrong.
      afterwards: async () => {
        await operator.told("pulumi", "config", "rm", "--path", pin);
        await operator.told("pulumi", "config", "set", "--path", description, described);
        await deliver(ground, {});
        const now = await serving(ground);
        if (now.odoo !== before.odoo)
          throw new Failure(`the edits are taken back, and Odoo ${now.odoo} serves, not ${before.odoo}`);
      },
    };
  },
};

const names = (releases: Serving) => Object.keys(releases) as (keyof Serving)[];

/** Takes away what a drill that stopped half way has left. */
async function tidyUp(ground: Ground): Promise<void> {
  const { odoo, superset } = await serving(ground);
  if (superset.endsWith(next)) await deployApp(ground, superset.slice(0, -next.length));
  if (odoo.endsWith(next)) await ground.operator.told("pulumi", "config", "rm", "--path", pin);
}

/** Delivers edits of the settings as somebody does who has read the review: that makes a release of them. */
async function deliver(
  { operator, environment }: Ground,
  edits: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, value] of Object.entries(edits))
    await operator.told("pulumi", "config", "set", "--path", path, value);
  const review = await operator.told("./scripts/ops", "review", environment, "--json");
  const { digest } = z.object({ digest: z.string() }).parse(JSON.parse(review));
  await operator.told("./scripts/ops", "deliver", environment, "--reviewed", digest, "--health-within", "3");
}

const releasesSchema = z.object({
  environments: z.tuple([
    z.object({
      releases: z.array(
        z.object({
          rollback: z
            .object({ seconds: z.object({ hosts: z.number().optional(), apps: z.number().optional() }) })
            .optional(),
        }),
      ),
    }),
  ]),
});

/** How long the parts of the way back took, as it has written that down itself. */
async function secondsOf({ operator, environment }: Ground): Promise<{ hosts: number; apps: number }> {
  const text = await operator.told("./scripts/ops", "releases", environment, "--json");
  const [{ releases }] = releasesSchema.parse(JSON.parse(text)).environments;
  const { hosts, apps } = releases[0]?.rollback?.seconds ?? {};
  if (hosts === undefined || apps === undefined)
    throw new Failure(
      "the newest release is no way back of a host and an app: nobody has measured how long they took",
    );
  return { hosts, apps };
}
