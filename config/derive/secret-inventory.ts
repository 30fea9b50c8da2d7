import type { ResolvedService } from "../resolve.ts";
import type { Settings } from "../schema.ts";
import { dayCommand, neededSecrets, type SecretSpecification, setSecretCommand } from "../secrets.ts";
import { planDatabaseRoles } from "./database-roles.ts";
import { generatedSecretName, signOnCookieKey } from "./generated-secret-names.ts";
import { heartbeatKeyUses, spacesKeyUses } from "./key-uses.ts";
import { outsideSecrets } from "./outside-secrets.ts";
import { rotatedName } from "./rotated-name.ts";
import {
  deployKeyName,
  heartbeatKeySecretName,
  repositoryPasswordName,
  signingKeyName,
  spacesKeySecretName,
} from "./secret-names.ts";
import { type SecretUser, usersOf } from "./secret-users.ts";
import { gatedServices } from "./sign-on.ts";

/** What a secret is, by who makes it. Those that may age have a maximal age in `secrets.maximalAgeDays`. */
export type SecretKind = keyof Settings["secrets"]["maximalAgeDays"] | "kept" | "name" | "host's own";

/** How a secret becomes another one. */
export type Rotation =
  /** Two logins take turns: `./scripts/ops rotate NAME`. */
  | { readonly by: "turns" }
  /**
   * The stack makes another one: `./scripts/ops rotate NAME` counts up `secrets.rotations.NAME`. `goes` names the
   * resources that this ends: they are protected, so each is let go first.
   */
  | {
      readonly by: "stack";
      readonly goes: readonly string[];
      /** What has to accept the new one before anybody is given it. */
      readonly acceptedFirstBy?: "hosts" | "backup repositories";
      /** Whether a backup that runs meanwhile would be refused in the middle of it. */
      readonly disturbsBackups?: true;
      readonly afterwards?: string;
    }
  /** Somebody makes it at its source, and sets it. */
  | { readonly by: "hand"; readonly steps: readonly string[]; readonly last: string }
  /** Not by a command: why, and what is done instead. */
  | { readonly by: "steps"; readonly because: string; readonly steps: readonly string[] };

/** One secret of an environment; never its value. */
export interface SecretRow {
  /** What `./scripts/ops rotate` knows it by. */
  readonly name: string;
  readonly kind: SecretKind;
  /** What it opens. */
  readonly purpose: string;
  readonly users: readonly SecretUser[];
  /** Resource in the stack's state that holds it, whose age is its own. */
  readonly resource?: string;
  /** Key of the configuration in which it is set. */
  readonly configurationKey?: string;
  readonly rotation: Rotation;
}

/** What the inventory follows from. */
export interface InventorySource extends Settings {
  readonly stack: string;
  readonly resolvedServices: readonly ResolvedService[];
}

/** Every secret of an environment: what it opens, who has it, and how it is rotated. */
export function secretInventory(source: InventorySource): SecretRow[] {
  return [
    ...databaseLogins(source),
    ...generated(source),
    ...signOnCookie(source),
    ...backups(source),
    ...heartbeats(source),
    deployKey(source),
    signingKey(source),
    ...given(source),
    ...outsideSecrets(source),
  ];
}

function databaseLogins(source: InventorySource): SecretRow[] {
  return planDatabaseRoles(source.resolvedServices, source).map(({ name, login }) => ({
    ...{ name, kind: "databaseLogins", resource: `database-role-${name}`, rotation: { by: "turns" } },
    purpose: `login of the database's role ${name}, at present ${login}`,
    users: usersOf({ role: name }, source),
  }));
}

function generated(source: InventorySource): SecretRow[] {
  return source.resolvedServices.flatMap((service) =>
    (service.generatedSecrets ?? []).map((secret): SecretRow => {
      const name = generatedSecretName(service.name, secret);
      const resource = `generated-${name}`;
      const care = service.secretCare?.[secret];
      const row = {
        name,
        resource,
        purpose: `${service.title}: ${secret}`,
        users: usersOf({ service }, source),
      };
      if (care !== undefined && "keptBecause" in care) {
        const rotation = { by: "steps", because: care.keptBecause, steps: care.instead } as const;
        return { ...row, kind: "kept", rotation };
      }
      return { ...row, kind: "generated", rotation: { by: "stack", goes: [resource], ...care } };
    }),
  );
}

function signOnCookie(source: InventorySource): SecretRow[] {
  if (gatedServices(source.resolvedServices).length === 0) return [];
  const resource = `generated-${signOnCookieKey}`;
  return [
    {
      ...{ name: signOnCookieKey, kind: "generated", resource },
      purpose:
        "what the sign-on proxy seals its sessions with: whoever has it can make himself anybody's session",
      users: usersOf({ signOnCookieKey: true }, source),
      rotation: { by: "stack", goes: [resource], afterwards: "Everybody signs in again." },
    },
  ];
}

function heartbeats(source: InventorySource): SecretRow[] {
  return heartbeatKeyUses.map((use): SecretRow => {
    const name = heartbeatKeySecretName(use);
    const resource = rotatedName(name, source.secrets.rotations[name]);
    return {
      ...{ name, kind: "accessKeys", resource, rotation: { by: "stack", goes: [resource] } },
      purpose: `key of the heartbeats' bucket, ${use === "hosts" ? "for hosts, which write" : "for whoever looks from outside"}`,
      users: usersOf({ heartbeatKey: use }, source),
    };
  });
}

function backups(source: InventorySource): SecretRow[] {
  const { rotations } = source.secrets;
  const keys = spacesKeyUses.map((use): SecretRow => {
    const name = spacesKeySecretName(use);
    const resource = rotatedName(name, rotations[name]);
    return {
      ...{ name, kind: "accessKeys", resource },
      rotation: { by: "stack", goes: [resource], disturbsBackups: true },
      purpose: `key of the backup buckets, as ${use}`,
      users: usersOf({ spacesKey: use }, source),
    };
  });
  const name = repositoryPasswordName;
  const resource = rotatedName(name, rotations[name]);
  const rotation = {
    by: "stack",
    goes: [resource],
    acceptedFirstBy: "backup repositories",
    disturbsBackups: true,
  } as const;
  const purpose = "what every backup is encrypted with: without it none can be read";
  const users = usersOf({ repositoryPassword: true }, source);
  return [...keys, { name, kind: "accessKeys", resource, purpose, users, rotation }];
}

function deployKey(source: InventorySource): SecretRow {
  const name = deployKeyName;
  const resource = rotatedName("deploy-key-pair", source.secrets.rotations[name]);
  return {
    ...{
      name,
      kind: "accessKeys",
      resource,
      purpose: "SSH key that enters every host, to hand it what the signing key has signed",
    },
    users: usersOf({ deployKey: true }, source),
    rotation: { by: "stack", goes: [resource, "deploy-key-public"], acceptedFirstBy: "hosts" },
  };
}

function signingKey(source: InventorySource): SecretRow {
  return {
    ...{ name: signingKeyName, kind: "kept", resource: "signing-key-pair" },
    purpose: "signs what hosts are made into: whoever has it and the deploy key is root on every host",
    users: usersOf({ signingKey: true }, source),
    rotation: {
      by: "steps",
      because: "a host takes nothing that the key it knows has not signed",
      steps: [
        "An administrator puts the next key's public half on every host before it signs: docs/runbooks/rotate-a-secret.md has the " +
          "commands.",
      ],
    },
  };
}

function given(source: InventorySource): SecretRow[] {
  const { resolvedServices: services, stack } = source;
  return neededSecrets({ settings: source, services }).map((secret) => {
    const { name, purpose, isName } = secret;
    return {
      ...{ name, purpose, configurationKey: name, kind: isName ? "name" : "given" },
      users: usersOf({ secret: name }, source),
      rotation: { by: "hand", ...renewalOf(secret, stack) },
    };
  });
}

function renewalOf({ name, purpose, renewal, isName }: SecretSpecification, stack: string) {
  const first =
    renewal?.first ??
    (isName
      ? `It is a name: set it when the client itself is another one (${purpose}).`
      : `Make another one at its source: ${purpose}.`);
  return {
    steps: [first, setSecretCommand(name, stack), dayCommand(name, stack), `pulumi up --stack ${stack}`],
    last: renewal?.last ?? "Revoke the old one at its source.",
  };
}
