import { readFileSync } from "node:fs";

const template = readFileSync(new URL("../../host/cloud-init.yaml", import.meta.url), "utf8");

/** What the user data of a droplet is made of. */
export interface CloudInitValues {
  readonly deployUser: string;
  /** OpenSSH public key, one line. */
  readonly deployPublicKey: string;
}

/**
 * The user data of a new droplet: deploy user, key, packages, and nothing secret. Every process on the machine can
 * read it, and it stays in the droplet's record.
 *
 * @throws Error when a placeholder of the template has no value
 */
export function renderCloudInit(values: CloudInitValues): string {
  return template.replaceAll(/\$\{(\w+)\}/g, (_placeholder, name: string) => {
    const value = values[name as keyof CloudInitValues];
    if (value === undefined) throw new Error(`host/cloud-init.yaml names \${${name}}, which has no value`);
    return value.trim();
  });
}
