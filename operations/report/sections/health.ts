import type { ReportContents } from "../contents.ts";
import type { Section } from "../document.ts";
import { sectionOf } from "./asked.ts";

/** How every service answers its users. */
export function health({ health: asked, config }: ReportContents): Section {
  return sectionOf({ id: "health", title: "Health" }, asked, (answers) => {
    const services = new Map(
      "answer" in config ? config.answer.resolvedServices.map((one) => [one.name, one]) : [],
    );
    const healthy = answers.filter((answer) => answer.healthy).length;
    return {
      tone: healthy === answers.length ? "good" : "bad",
      headline: `${healthy} of ${answers.length} services healthy`,
      blocks: [
        {
          kind: "table",
          head: ["service", "name", "answer"],
          rows: answers.map(({ service, healthy: isHealthy, reason = "not healthy" }) => [
            services.get(service)?.title ?? service,
            services.get(service)?.hostName ?? "",
            isHealthy ? { text: "healthy", tone: "good" } : { text: reason, tone: "bad" },
          ]),
        },
        { kind: "words", text: "Asked by name, with verified TLS, from where this page was made." },
      ],
    };
  });
}
