import { hostServices, type ResolvedService } from "../resolve.ts";
import type { Settings } from "../schema.ts";

/**
 * Roles that serve the platform itself: backups read everything, migrations make schemas and look at statistics, the watch
 * looks at statistics and nothing else.
 */
const platformRoles = ["backup", "migration", "watch"] as const;

/**
 * One role of the database. Nobody signs in as it: it owns, and two logins that are members of it take turns
 * (docs/decisions/0013-two-logins-for-each-role.md).
 */
export interface DatabaseRole {
  readonly name: string;
  /** The login whose password is in use. */
  readonly login: string;
  /** Logins that are let in no more once everybody has taken the other: the other turn's, and the role's own of old. */
  readonly retired: readonly string[];
  /** Schema that is its own; the platform's roles have none. */
  readonly schema?: string;
  /** Whether it reads what belongs to others. */
  readonly readsEverything: boolean;
  /** Whether it makes schemas in the database. */
  readonly makesSchemas: boolean;
  /** Whether it sees what everybody's statements cost. */
  readonly seesStatistics: boolean;
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
      ...loginsOf(name, settings.database),
      ...(schema === undefined ? {} : { schema }),
      readsEverything: name === "backup",
      makesSchemas: name === "migration" || makers.includes(name),
      seesStatistics: name === "migration" || name === "watch",
      connectionLimit: isPlatforms(name) ? platformConnections : applicationConnections,
    };
  });
}

const turns = ["a", "b"] as const;

/** The logins of a role: a rotation makes a new password for the one that is not in use, and then retires the other. */
export function loginsOf(
  role: string,
  { rotations }: Pick<Settings["database"], "rotations">,
): Pick<DatabaseRole, "login" | "retired"> {
  const isFirst = (rotations[role] ?? 0) % 2 === 0;
  const [first, second] = turns.map((turn) => `${role}_${turn}`) as [string, string];
  return isFirst ? { login: first, retired: [second, role] } : { login: second, retired: [first, role] };
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
