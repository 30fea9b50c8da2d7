import { catalogue as liveCatalogue, type Service } from "../../../config/catalogue.ts";
import type { Configuration } from "../../../config/configuration.ts";
import { databaseRoles } from "../../../config/derive/database-roles.ts";
import { generatedSecretNames } from "../../../config/derive/generated-secret-names.ts";
import { loadConfiguration } from "../../../config/load.ts";
import type { HostBundle, HostFile } from "../../../host/bundle.ts";
import type { HostValues } from "../../../host/render/context.ts";
import { renderHostBundle } from "../../../host/render/host-bundle.ts";
import { readStackFile, setPath } from "../../support/stack-file.ts";

/** How a test's host differs from the one in `Pulumi.<stack>.yaml`. */
export interface Rendering {
  readonly stack?: string;
  readonly edits?: Readonly<Record<string, unknown>>;
  readonly catalogue?: Readonly<Record<string, Service>>;
  readonly values?: Partial<HostValues>;
}

/** A configuration of the repository, edited. */
export function configuration({ stack = "prod", edits = {}, catalogue = liveCatalogue }: Rendering = {}) {
  const source = readStackFile(stack);
  for (const [path, value] of Object.entries(edits)) setPath(source.values, path, value);
  return loadConfiguration(source, catalogue);
}

/** A value for every secret a configuration asks for, each with `secret` in it. */
export function secretValues(config: Configuration): HostValues {
  const named = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, `secret-${name}`]));
  return {
    deployPublicKey: "ssh-ed25519 AAAA deploy",
    signingPublicKey: "ssh-ed25519 AAAA signing",
    rolePasswords: named(databaseRoles(config.resolvedServices, config)),
    generated: named(generatedSecretNames(config.resolvedServices)),
    dnsChallengeToken: "secret-token",
    proxyGoogleClient: { id: "secret-client-id", secret: "secret-client-secret" },
    odooGoogleClientId: "secret-odoo-client-id",
    backup: {
      repositoryPassword: "secret-repository",
      spaces: { accessKey: "secret-access", secretKey: "secret-spaces" },
      databasePassword: "secret-backup",
    },
    mailPassword: "secret-mail",
    watch: {
      spaces: { accessKey: "secret-heartbeat-access", secretKey: "secret-heartbeat" },
      databasePassword: "secret-watch",
    },
    slackWebhookUrl: "https://hooks.slack.com/services/secret-hook",
    registryCredentials: '{"auths":{"registry.digitalocean.com":{"auth":"secret-registry"}}}',
  };
}

/** A host's bundle. */
export function render(host: string, rendering: Rendering = {}): HostBundle {
  const config = configuration(rendering);
  return renderHostBundle(host, config, { ...secretValues(config), ...rendering.values });
}

/** One file of a bundle, which must be in it. */
export function fileOf(bundle: HostBundle, path: string): HostFile {
  const file = bundle.files.find((candidate) => candidate.path === path);
  if (file === undefined) throw new Error(`${path} is not among ${bundle.files.map((entry) => entry.path)}`);
  return file;
}

/** The content of one file of a bundle. */
export function contentOf(bundle: HostBundle, path: string): string {
  return fileOf(bundle, path).content;
}
