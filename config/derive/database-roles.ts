import type { ResolvedService } from "../resolve.ts";
import type { Settings } from "../schema.ts";

/** Roles that serve the platform itself: backups read everything, migrations own the schemas. */
const platformRoles = ["backup", "migration"] as const;

/** Every database role the stack keeps a password for. No application connects as the owner. */
export function databaseRoles(
  services: readonly ResolvedService[],
  settings: Pick<Settings, "database">,
): string[] {
  const applications = services.flatMap(({ databaseRole }) =>
    databaseRole === undefined ? [] : [databaseRole],
  );
  return [...new Set([...applications, ...platformRoles, ...Object.keys(settings.database.roles)])];
}
