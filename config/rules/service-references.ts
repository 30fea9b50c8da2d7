import { type Fault, setCommand } from "../fault.ts";
import { appServices, resolveServices } from "../resolve.ts";
import { rule } from "./rule.ts";

/** No app is given the address of a service that is left out. */
export const serviceReferences = rule(["services", "domain"], (settings, { stack, catalogue }) => {
  const running = resolveServices(catalogue, settings);
  const names = new Set(running.map(({ name }) => name));
  return appServices(running).flatMap((app): Fault[] =>
    Object.entries(app.variables).flatMap(([variable, value]): Fault[] => {
      if (value.from !== "serviceUrl" || names.has(value.service)) return [];
      const path = `services.${app.name}.variables.${variable}`;
      return [
        {
          path,
          problem: `is the address of ${value.service}, which services.${value.service}.enabled leaves out.`,
          allowed: `another address here, or ${value.service} enabled`,
          fix: setCommand(path, "https://ADDRESS", stack),
        },
      ];
    }),
  );
});
