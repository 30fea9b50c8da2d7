import type { ResourceValidationPolicy } from "@pulumi/policy";

interface Component {
  readonly name?: string;
  readonly image?: { readonly tag?: string; readonly digest?: string };
}

const movingTags: ReadonlySet<string> = new Set(["latest", "main", "master", "edge", "nightly"]);

/** An app's images are exact: a moving tag is another program tomorrow. */
export const imagesArePinned: ResourceValidationPolicy = {
  name: "images-are-pinned",
  description: "Every image of an app has a digest or a version, never a moving tag.",
  enforcementLevel: "mandatory",
  validateResource: ({ type, name, props }, reportViolation) => {
    if (type !== "digitalocean:index/app:App") return;
    const { services = [], workers = [], jobs = [] } = (props.spec ?? {}) as Record<string, Component[]>;
    for (const { name: component, image } of [...services, ...workers, ...jobs]) {
      if (image === undefined || image.digest !== undefined) continue;
      if (image.tag !== undefined && !movingTags.has(image.tag)) continue;
      reportViolation(
        `${name}: the image of ${component} is ${image.tag ?? "untagged"}. Give it a version or a digest.`,
      );
    }
  },
};
