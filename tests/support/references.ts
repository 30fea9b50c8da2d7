import { costReference } from "../../config/cost-reference.ts";
import { platformPicture } from "../../config/derive/platform-picture.ts";
import { loadConfiguration } from "../../config/load.ts";
import { configurationReference } from "../../config/reference.ts";
import { secretReference } from "../../config/secret-reference.ts";
import { readStackFile } from "./stack-file.ts";

/** Files of docs/ that are made from the configuration, each with what must stand in it. */
export function references(): Record<string, string> {
  const prod = loadConfiguration(readStackFile("prod"));
  const staging = loadConfiguration(readStackFile("staging"));
  return {
    "configuration.md": configurationReference(),
    "cost.md": costReference(prod, [staging]),
    "secrets.md": secretReference(prod),
    "platform.svg": platformPicture(prod.resolvedServices, prod),
  };
}
