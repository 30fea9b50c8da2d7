import type { Configuration } from "../../../config/configuration.ts";
import type { PictureMark, PictureMarks } from "../../../config/derive/platform-picture.ts";
import { platformPicture } from "../../../config/derive/platform-picture.ts";
import { appName } from "../../stack/apps.ts";
import type { ReportContents } from "../contents.ts";
import type { Block, Section } from "../document.ts";
import { platformDiagram } from "../platform-diagram.ts";
import { counted, sectionOf } from "./asked.ts";

/** The platform as it is declared, with what was seen of it. */
export function platform(contents: ReportContents): Section {
  return sectionOf({ id: "platform", title: "The platform" }, contents.config, (config) => {
    const marks = marksOf(config, contents);
    const all = [...Object.values(marks.hosts), ...Object.values(marks.services)];
    const unwell = all.filter(({ state }) => state === "unwell").length;
    const unknown = all.filter(({ state }) => state === "unknown").length;
    const services = config.resolvedServices;
    const blocks: Block[] = [
      {
        kind: "picture",
        wide: platformPicture(services, config, { marks }),
        narrow: platformPicture(services, config, { marks, shape: "narrow" }),
        diagram: platformDiagram(config, marks),
      },
      {
        kind: "words",
        text: `A disc is well, a diamond is not, a ring is not known. ${resourcesTold(contents)}`,
      },
    ];
    const scale = `${counted(Object.keys(config.hosts).length, "host")}, ${counted(services.length, "service")}`;
    if (unwell > 0) return { tone: "bad", headline: `${scale}, ${unwell} not well`, blocks };
    return unknown > 0
      ? { tone: "unknown", headline: `${scale}, ${unknown} not known`, blocks }
      : { tone: "good", headline: `${scale}, all well`, blocks };
  });
}

/** How hosts and services fare, by what the state says is there and by how it answers. */
function marksOf(config: Configuration, { examined, health }: ReportContents): PictureMarks {
  const seen = "answer" in examined ? examined.answer : { hosts: [], resources: examined };
  const answers = "answer" in health ? health.answer : [];
  const hosts = Object.entries(config.hosts).map(([key, { size }]): [string, PictureMark] => {
    const host = seen.hosts.find((one) => one.key === key);
    if (host === undefined)
      return [
        key,
        {
          state: "unknown",
          words: `droplet ${size}, ${"answer" in seen.resources ? "not converged" : "nobody could tell"}`,
        },
      ];
    return "answer" in host.entered
      ? [key, { state: "well", words: `droplet ${size} at ${host.address}` }]
      : [key, { state: "unwell", words: `${host.address} could not be entered` }];
  });
  const services = config.resolvedServices.map(({ name, kind, title }): [string, PictureMark] => {
    const answer = answers.find(({ service }) => service === name);
    if (answer === undefined) return [name, { state: "unknown", words: `${title}: nobody could ask` }];
    if (answer.healthy) return [name, { state: "well" }];
    const isMissing =
      kind === "app" && "answer" in seen.resources && !seen.resources.answer.includes(appName(name));
    return [
      name,
      { state: "unwell", words: isMissing ? "not in the state" : (answer.reason ?? "not healthy") },
    ];
  });
  return { hosts: Object.fromEntries(hosts), services: Object.fromEntries(services) };
}

function resourcesTold({ examined }: ReportContents): string {
  if ("unasked" in examined) return `What is in the stack's state is not known: ${examined.unasked}`;
  const { resources } = examined.answer;
  return "answer" in resources
    ? `The stack's state has ${counted(resources.answer.length, "resource")}.`
    : `What is in the stack's state is not known: ${resources.unasked}`;
}
