import { bundleText } from "../bundle-text.ts";
import { resourceRule } from "../rule.ts";
import { types } from "../types.ts";

interface Component {
  readonly name?: string;
  readonly image?: { readonly tag?: string; readonly digest?: string };
}

const movingTags: ReadonlySet<string> = new Set(["latest", "main", "master", "edge", "nightly"]);
const pin =
  "Give it a version or a digest in config/catalogue.ts, or in services.<name>.image of the settings.";

/** Images are exact: a moving tag is another program tomorrow. */
export const imagesArePinned = resourceRule({
  name: "images-are-pinned",
  description:
    "Every image of an app and of a host's container has a digest or a version, never a moving tag.",
  types: [types.app, types.command],
  check: ({ type, props }, refuse) => {
    if (type === types.app) {
      const { services = [], workers = [], jobs = [] } = (props.spec ?? {}) as Record<string, Component[]>;
      for (const { name, image } of [...services, ...workers, ...jobs]) {
        if (image === undefined || image.digest !== undefined || isPinned(image.tag)) continue;
        refuse(`the image of ${name} is ${image.tag ?? "untagged"}.`, pin);
      }
      return;
    }
    for (const image of containerImages(bundleText(props.stdin))) {
      const [, tag] = /:([^:/@]+)$/.exec(image) ?? [];
      if (!image.includes("@sha256:") && !isPinned(tag)) refuse(`the image ${image} is not pinned.`, pin);
    }
  },
});

function isPinned(tag: string | undefined): boolean {
  return tag !== undefined && !movingTags.has(tag);
}

/** Images in the units of a host's bundle. */
function containerImages(bundle: string): string[] {
  return [...bundle.matchAll(/\nImage=([^\s\\"]+)/g)].flatMap(([, image]) => image ?? []);
}
