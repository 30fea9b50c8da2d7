import { X509Certificate } from "node:crypto";
import { databaseRoles } from "../derive/database-roles.ts";
import { type Fault, removeCommand, setCommand } from "../fault.ts";
import { resolveServices } from "../resolve.ts";
import type { Settings } from "../schema.ts";
import { rule } from "./rule.ts";

/** Command that sets the authority from the file that Supabase gives out. */
export function setAuthorityCommand(stack: string): string {
  return `pulumi config set <prod-ca-2021.crt --path 'database.certificateAuthority' --stack ${stack}`;
}

/**
 * The authority can be read and is one, only passwords of roles that exist are rotated, and Odoo is on the transaction
 * pooler only where somebody says why.
 */
export const database = rule(["database", "services", "domain"], (settings, { stack, catalogue }) => {
  const roles = databaseRoles(resolveServices(catalogue, settings), settings);
  const unknown = Object.keys(settings.database.rotations).filter((name) => !roles.includes(name));
  return [
    ...authorityFaults(settings.database.certificateAuthority, stack),
    ...poolerFaults(settings.database, stack),
    ...unknown.map(
      (name): Fault => ({
        path: `database.rotations.${name}`,
        problem: "counts the rotations of a role that is not there.",
        allowed: roles.join(", "),
        fix: removeCommand(`database.rotations.${name}`, stack),
      }),
    ),
  ];
});

function poolerFaults(
  { odooConnection, transactionPoolerBecause }: Settings["database"],
  stack: string,
): Fault[] {
  if (odooConnection !== "transaction" || transactionPoolerBecause !== undefined) return [];
  const path = "database.odooConnection";
  return [
    {
      path,
      problem:
        "puts Odoo on the transaction pooler, where LISTEN/NOTIFY does not work: its bus and cron stall.",
      allowed: "session, or the reason in database.transactionPoolerBecause",
      fix: setCommand(path, "session", stack),
    },
  ];
}

function authorityFaults(text: string | undefined, stack: string): Fault[] {
  const problem = text === undefined ? undefined : authorityProblem(text);
  if (problem === undefined) return [];
  return [
    {
      path: "database.certificateAuthority",
      problem,
      allowed: "the root certificate from the Supabase dashboard, Database settings, SSL configuration",
      fix: setAuthorityCommand(stack),
    },
  ];
}

function authorityProblem(text: string): string | undefined {
  try {
    return new X509Certificate(text).ca ? undefined : "is a server's certificate, not an authority's.";
  } catch {
    return "is no certificate that can be read.";
  }
}
