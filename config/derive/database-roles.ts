import { hostServices, type ResolvedService } from "../resolve.ts";
import type { Settings } from "../schema.ts";

/** Roles that serve the platform itself: backups read everything, migrations make schemas. */
const platformRoles = ["backup", "migration"] as const;

/** One role of the database. */
export interface DatabaseRole {
  readonly name: string;
  /** Schema that is its own; the platform's roles have none. */
  readonly schema?: string;
  /** Whether it reads what belongs to others. */
  readonly readsEverything: boolean;
  /** Whether it makes schemas in the database. */
  readonly makesSchemas: boolean;
  /** How many connections it may have at once. */
  readonly connectionLimit: number;
}

/**
 * What the session pooler of a small project gives to everybody. A lower limit would end in errors where the pooler lets
 * clients wait; a higher one would let one application take the connections of all.
 */
const applicationConnections = 15;
const platformConnections = 5;

/** Every role of the database, with what it may do. No application connects as the owner. */
export function planDatabaseRoles(
  services: readonly ResolvedService[],
  settings: Pick<Settings, "database">,
): DatabaseRole[] {
  const schemas = new Map([
    ...services.flatMap(({ databaseRole }) =>
      databaseRole === undefined ? [] : [[databaseRole, databaseRole] as const],
    ),
    ...Object.entries(settings.database.roles).map(([role, { schema }]) => [role, schema] as const),
  ]);
  const makers = services.flatMap(({ databaseRole, makesSchemas }) => (makesSchemas ? [databaseRole] : []));
  const isPlatforms = (name: string) => platformRoles.some((role) => role === name);
  return databaseRoles(services, settings).map((name) => {
    const schema = schemas.get(name);
    return {
      name,
      ...(schema === undefined ? {} : { schema }),
      readsEverything: name === "backup",
      makesSchemas: name === "migration" || makers.includes(name),
      connectionLimit: isPlatforms(name) ? platformConnections : applicationConnections,
    };
  });
}

/** Names of the roles; the stack keeps a password for each. */
export function databaseRoles(
  services: readonly ResolvedService[],
  settings: Pick<Settings, "database">,
): string[] {
  const applications = services.flatMap(({ databaseRole }) =>
    databaseRole === undefined ? [] : [databaseRole],
  );
  return [...new Set([...applications, ...platformRoles, ...Object.keys(settings.database.roles)])];
}

/** The host from which roles are made: the first that runs a service with one, or else the first there is. */
export function databaseRolesHost(
  services: readonly ResolvedService[],
  settings: Pick<Settings, "hosts">,
): string | undefined {
  const service = hostServices(services).find(({ databaseRole }) => databaseRole !== undefined);
  return service?.host ?? Object.keys(settings.hosts)[0];
}
