import { stackRule } from "../rule.ts";
import { ofType, sourcesOf } from "../stack.ts";
import { types } from "../types.ts";

/** What is in no project of its environment lands in the account's default one, where nobody looks for it. */
export const everythingIsInTheProject = stackRule({
  name: "everything-is-in-the-project",
  description: "Every droplet, app, volume, bucket and domain is in the environment's project.",
  check: (resources, refuse) => {
    const projects = ofType(resources, types.projectResources);
    const members = new Set(
      projects.flatMap((project) => sourcesOf(project, "resources")).map(({ urn }) => urn),
    );
    const shown = ofType(resources, types.droplet, types.app, types.volume, types.bucket, types.domain);
    for (const resource of shown) {
      if (members.has(resource.urn)) continue;
      refuse(
        resource,
        "it is in no project.",
        "Add its URN to the resourceUrns of AccountProject in index.ts.",
      );
    }
  },
});
