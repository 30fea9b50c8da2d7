import type * as pulumi from "@pulumi/pulumi";
import type { AppVariable } from "../../config/catalogue.ts";
import { mapValues } from "../../config/records.ts";
import { type RoleConnection, withSearchPath } from "../supabase-connection.ts";
import type { AppVariables } from "./specification.ts";

/** Where the values of an app's variables come from. */
export interface VariableSources {
  /** Port the app listens on. */
  readonly port: number;
  /** Address of a service of the catalogue. */
  readonly serviceUrl: (service: string) => string;
  readonly databaseRestUrl: string;
  /** Who may sign in: addresses, and domains with an @ in front. */
  readonly signOnAddresses: readonly string[];
  /** The app's own database connection; asked for only when a variable needs it. */
  readonly database: () => RoleConnection;
  /** A secret the operator set. */
  readonly secret: (name: string) => pulumi.Output<string>;
  /** A secret the stack made for this app. */
  readonly generated: (name: string) => pulumi.Output<string>;
}

/** The variables of an app with their values; whatever comes from a secret stays one. */
export function appVariables(
  variables: Readonly<Record<string, AppVariable>>,
  sources: VariableSources,
): AppVariables {
  return mapValues(variables, (variable) => {
    switch (variable.from) {
      case "literal":
        return { value: variable.value, secret: false };
      case "port":
        return { value: String(sources.port), secret: false };
      case "serviceUrl":
        return { value: sources.serviceUrl(variable.service), secret: false };
      case "databaseRestUrl":
        return { value: sources.databaseRestUrl, secret: false };
      case "signOnAddresses":
        return { value: sources.signOnAddresses.join(","), secret: false };
      case "databaseUrl": {
        const { session } = sources.database();
        return { value: withSearchPath(session, variable.scheme, variable.searchPath), secret: true };
      }
      case "secret":
        return { value: sources.secret(variable.secret), secret: true };
      case "generated":
        return { value: sources.generated(variable.secret), secret: true };
    }
  });
}
