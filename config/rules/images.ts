import { type Fault, removeCommand, setCommand, show } from "../fault.ts";
import { resolveServices } from "../resolve.ts";
import { rule } from "./rule.ts";

/** Images are pinned by exactly one of tag and digest, never by a moving tag. */
export const images = rule(["services", "domain"], (settings, { stack, catalogue }) =>
  resolveServices(catalogue, settings).flatMap((service): Fault[] => {
    if (service.kind === "external") return [];
    const { name, image } = service;
    const path = `services.${name}.image`;
    if (image.registryType === "DOCKER_HUB" && image.repository.includes("/")) {
      const [owner = "", ...rest] = image.repository.split("/");
      return [
        {
          path: `${path}.repository`,
          problem: `${show(image.repository)} has its owner in it: it would be looked for below another.`,
          allowed: `the image's name alone, with its owner, here ${owner}, as ${path}.registry`,
          fix: setCommand(`${path}.repository`, rest.join("/"), stack),
        },
      ];
    }
    if (image.tag !== undefined && image.digest !== undefined) {
      return [
        {
          path,
          problem: "has both a tag and a digest.",
          allowed: "exactly one of them; a digest is exact",
          fix: removeCommand(`${path}.tag`, stack),
        },
      ];
    }
    if (image.tag === undefined && image.digest === undefined) {
      return [
        {
          path,
          problem: "has neither a tag nor a digest.",
          allowed: "exactly one of them",
          fix: setCommand(`${path}.tag`, "VERSION", stack),
        },
      ];
    }
    if (image.tag !== undefined && ["latest", "main", "master", "edge", "nightly"].includes(image.tag)) {
      return [
        {
          path: `${path}.tag`,
          problem: `${show(image.tag)} is a moving tag: tomorrow it is another program.`,
          allowed: "a version, or a digest",
          fix: setCommand(`${path}.tag`, "VERSION", stack),
        },
      ];
    }
    return [];
  }),
);
