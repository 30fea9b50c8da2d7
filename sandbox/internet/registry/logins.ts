import { join } from "node:path";
import { z } from "zod";
import { loginDigest } from "../../cloud/digitalocean/registry-logins.ts";
import { readJson } from "../../engine/files.ts";
import { CloudState } from "../cloud-state.ts";

const stateSchema = z.object({
  collections: z.object({
    registries: z.array(z.object({ name: z.string() })).default([]),
    registry_logins: z
      .array(z.object({ digest: z.string(), read_write: z.boolean(), expires_at: z.number().nullable() }))
      .default([]),
  }),
});
const handoverSchema = z.object({ token: z.string() });

/** What somebody may do with the account's registry. */
export interface RegistryLogin {
  readonly mayWrite: boolean;
}

/** The account's registry as its vendor's cloud knows it: what it is called, and who is let in. */
export class RegistryAccount {
  readonly #folder: string;
  readonly #state: CloudState<z.output<typeof stateSchema>["collections"]>;

  constructor(cloudFolder: string) {
    this.#folder = cloudFolder;
    const nothing = { registries: [], registry_logins: [] };
    this.#state = new CloudState(
      join(cloudFolder, "state.json"),
      nothing,
      (state) => stateSchema.parse(state).collections,
    );
  }

  /** Names of the account's registries: the first part of every image's name. */
  names(): string[] {
    return this.#state.read().registries.map(({ name }) => name);
  }

  /**
   * Whom a header of basic authentication lets in: the account's token as user and password, or what the account's API
   * has given out as Docker's login, until it expires. Nobody else.
   */
  loginOf(authorization: string | undefined): RegistryLogin | undefined {
    const given = /^Basic (?<text>[A-Za-z0-9+/=]+)$/i.exec(authorization ?? "")?.groups?.text;
    if (given === undefined) return undefined;
    const digest = loginDigest(Buffer.from(given, "base64").toString());
    if (digest === loginDigest(this.ownLogin())) return { mayWrite: true };
    const login = this.#state.read().registry_logins.find((one) => one.digest === digest);
    if (login === undefined || (login.expires_at !== null && login.expires_at <= Date.now()))
      return undefined;
    return { mayWrite: login.read_write };
  }

  /** User and password of the account's owner, with a colon between. */
  ownLogin(): string {
    const { token } = handoverSchema.parse(readJson(join(this.#folder, "cloud.json")));
    return `${token}:${token}`;
  }
}
