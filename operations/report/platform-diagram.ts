import type { Configuration } from "../../config/configuration.ts";
import type { PictureMark, PictureMarks } from "../../config/derive/platform-picture.ts";
import { mermaidText } from "../delivery/graph-diagram.ts";

/** Colours by how something fares, as fill and line. */
const classes: Readonly<Record<PictureMark["state"], readonly [string, string]>> = {
  well: ["#dafbe1", "#1a7f37"],
  unwell: ["#ffebe9", "#cf222e"],
  unknown: ["#f6f8fa", "#8c959f"],
};

/** Hosts, and the services on them and elsewhere, as a Mermaid diagram: GitHub shows no SVG in a comment. */
export function platformDiagram(
  { hosts, resolvedServices: services }: Pick<Configuration, "hosts" | "resolvedServices">,
  marks: PictureMarks,
): string {
  const places = [
    ...Object.entries(hosts).map(([key, { name }]) => ({
      ...{ title: `${name}: ${marks.hosts[key]?.words ?? "as declared"}` },
      members: services.filter((service) => service.kind === "host" && service.host === key),
    })),
    { title: "App Platform", members: services.filter(({ kind }) => kind === "app") },
    { title: "Elsewhere", members: services.filter(({ kind }) => kind === "external") },
  ].filter(({ members }) => members.length > 0);
  return [
    "flowchart LR",
    ...Object.entries(classes).map(
      ([state, [fill, stroke]]) => `  classDef ${state} fill:${fill},stroke:${stroke},color:#1f2328`,
    ),
    ...places.flatMap(({ title, members }, place) => [
      `  subgraph place${place}["${mermaidText(title)}"]`,
      ...members.map(({ name, hostName, title: service }) => {
        const { state, words = service } = marks.services[name] ?? { state: "unknown" };
        const id = services.findIndex((one) => one.name === name);
        return `    service${id}["${mermaidText(hostName)}<br>${mermaidText(words)}"]:::${state}`;
      }),
      "  end",
    ]),
    `  people([People]) --> ${places.map((_, place) => `place${place}`).join(" & ")}`,
  ].join("\n");
}
