import type { HostBundle } from "../bundle.ts";

type Lists = Pick<
  HostBundle,
  "packages" | "groups" | "users" | "directories" | "files" | "checkouts" | "validations" | "units"
>;

/** What one concern (nginx, a service, the certificate) adds to a host. */
export type HostPart = Partial<Lists>;

/** The parts as one, in their order. Packages that several need are named once. */
export function joinParts(parts: readonly HostPart[]): Lists {
  const all = <Key extends keyof Lists>(key: Key) =>
    parts.flatMap((part) => [...(part[key] ?? [])]) as unknown as Lists[Key];
  return {
    packages: [...new Set(all("packages"))].sort(),
    groups: all("groups"),
    users: all("users"),
    directories: all("directories"),
    files: all("files"),
    checkouts: all("checkouts"),
    validations: all("validations"),
    units: all("units"),
  };
}
