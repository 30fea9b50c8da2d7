import type { AppVariable } from "../catalogue.ts";
import { type Fault, removeCommand } from "../fault.ts";
import { rule } from "./rule.ts";

/** A variable of the configuration is plain: it belongs to an app, and takes no secret's place. */
export const appVariables = rule(["services"], ({ services }, { stack, catalogue }) =>
  Object.entries(services).flatMap(([name, { variables = {} }]): Fault[] => {
    const service = catalogue[name];
    return Object.keys(variables).flatMap((variable): Fault[] => {
      const path = `services.${name}.variables.${variable}`;
      const fix = removeCommand(path, stack);
      if (service === undefined) return [];
      if (service.kind !== "app") {
        const problem = `is set, but ${name} is no app (it is of kind ${service.kind}).`;
        return [{ path, problem, fix }];
      }
      const why = reasons[service.variables[variable]?.from ?? "literal"];
      if (why === undefined) return [];
      const plain = Object.entries(service.variables).filter(([, { from }]) => reasons[from] === undefined);
      return [
        {
          path,
          problem: `is not for the configuration to set: ${why}`,
          allowed: [...plain.map(([known]) => known), "names the catalogue does not have"].join(", "),
          fix,
        },
      ];
    });
  }),
);

/** Why a value cannot be written down, by where it comes from. */
const reasons: Readonly<Partial<Record<AppVariable["from"], string>>> = {
  port: "it is the service's port.",
  databaseUrl: "it is a secret, composed of the database role's password.",
  secret: "it is a secret, and the file is plain text.",
  generated: "it is a secret that the stack makes itself.",
};
