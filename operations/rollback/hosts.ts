import { z } from "zod";
import { bundleIn, type ConvergedHost } from "../hosts/stack.ts";
import { revealed } from "../stack/opened.ts";

const bundleSchema = z.object({
  files: z.array(z.object({ path: z.string(), content: z.string() })),
  checkouts: z.array(z.object({ path: z.string(), commit: z.string() })),
  units: z.array(z.object({ name: z.string(), image: z.object({ reference: z.string() }).optional() })),
});

type Bundle = z.output<typeof bundleSchema>;

/** One thing on a host that becomes another: an image by its unit, a checkout by its folder. */
export interface Becoming {
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

/** What becomes of one host. */
export interface HostPlan {
  readonly host: string;
  readonly urn: string;
  /** Empty where it is there already. */
  readonly becoming: readonly Becoming[];
  /** Files that change beside it: the checkout is not what was delivered. No content is told. */
  readonly beside: readonly string[];
}

const plan = z.object({
  resourcePlans: z.record(
    z.string(),
    z.object({
      goal: z
        .object({
          inputDiff: z.object({ updates: z.object({ stdin: z.unknown().optional() }).optional() }).optional(),
        })
        .nullish(),
    }),
  ),
});

/**
 * What an engine's plan would make of a host.
 *
 * @param text the plan with its secrets in plain text; empty where nothing is planned
 */
export function planHost({ key, urn, bundle }: ConvergedHost, text: string): HostPlan {
  const stdin = text === "" ? undefined : plannedStdin(text, urn);
  if (stdin === undefined) return { host: key, urn, becoming: [], beside: [] };
  const [before, after] = [bundleSchema.parse(bundle), bundleSchema.parse(bundleIn(stdin))];
  const becoming = [...imagesBecoming(before, after), ...checkoutsBecoming(before, after)];
  return { host: key, urn, becoming, beside: filesBeside(before, after, becoming) };
}

function plannedStdin(text: string, urn: string): string | undefined {
  const { resourcePlans } = plan.parse(JSON.parse(text));
  const secret = revealed(resourcePlans[urn]?.goal?.inputDiff?.updates?.stdin);
  return secret && z.string().parse(secret.value);
}

function imagesBecoming(before: Bundle, after: Bundle): Becoming[] {
  return after.units.flatMap(({ name, image }) => {
    const was = before.units.find((unit) => unit.name === name)?.image?.reference;
    if (image === undefined || was === undefined || was === image.reference) return [];
    return [{ what: name.replace(/\.service$/, ""), from: was, to: image.reference }];
  });
}

function checkoutsBecoming(before: Bundle, after: Bundle): Becoming[] {
  return after.checkouts.flatMap(({ path, commit }) => {
    const was = before.checkouts.find((checkout) => checkout.path === path)?.commit;
    return was === undefined || was === commit ? [] : [{ what: path, from: was, to: commit }];
  });
}

/** The update of Odoo's tables goes with its release: it is no more asked for. */
const ofUpdates = /\/odoo-update\.[a-z]+$/;

/** Files that would still differ if only the release did. */
function filesBeside(before: Bundle, after: Bundle, becoming: readonly Becoming[]): string[] {
  const expected = new Map(
    before.files.map(({ path, content }) => [
      path,
      becoming.reduce((text, { from, to }) => text.replaceAll(from, to), content),
    ]),
  );
  const contents = new Map(after.files.map(({ path, content }) => [path, content]));
  return [...new Set([...expected.keys(), ...contents.keys()])]
    .filter((path) => expected.get(path) !== contents.get(path) && !ofUpdates.test(path))
    .sort();
}
