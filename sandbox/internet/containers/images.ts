import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { Failure } from "../../engine/failure.ts";
import { makeFolder, removeAbandonedWork, removeFolder, withWorkFolder } from "../../engine/files.ts";
import { accountRegistryHost } from "../registry/account-registry.ts";
import { readLayout } from "../registry/layout.ts";
import { ownMark } from "./own-mark.ts";

/** What images are fetched with. */
export interface ImageSettings {
  /** Folder of everything that is fetched and unpacked. */
  readonly folder: string;
  /** File that says which name servers to ask. */
  readonly resolver: string;
  /** File of the authorities that registries are verified by. */
  readonly trustBundle: string;
  /** User and password at the account's registry, with a colon between. */
  readonly login: () => string;
}

const configurationSchema = z.looseObject({
  process: z.looseObject({ args: z.array(z.string()).default([]), env: z.array(z.string()).default([]) }),
  mounts: z.array(z.looseObject({ destination: z.string(), type: z.string().optional() })),
  linux: z.looseObject({ namespaces: z.array(z.looseObject({ type: z.string() })) }),
});

/** An image that is ready to be run. */
export interface ReadyImage {
  /** Its content: the digest of its manifest. */
  readonly digest: string;
  /** Folder of its files. Nobody writes there. */
  readonly files: string;
  /** How to run it, in the words of the OCI runtime specification. */
  readonly configuration: z.output<typeof configurationSchema>;
}

/** An image that no registry gave. */
export class ImageUnavailable extends Failure {}

const fetchScript = join(import.meta.dirname, "fetch-image.sh");
const fetchDeadlineMs = 300_000;

/** Images that containers are made of: fetched from the registries of the sandbox's internet, and unpacked once each. */
export class Images {
  readonly #settings: ImageSettings;
  readonly #fetching = new Map<string, Promise<ReadyImage>>();

  constructor(settings: ImageSettings) {
    this.#settings = settings;
    removeAbandonedWork(settings.folder);
  }

  /**
   * Fetches what a reference means at this moment.
   *
   * @throws ImageUnavailable when no registry has it
   */
  fetch(reference: string): Promise<ReadyImage> {
    const known = this.#fetching.get(reference);
    if (known) return known;
    const made = this.#fetch(reference).finally(() => this.#fetching.delete(reference));
    this.#fetching.set(reference, made);
    return made;
  }

  #fetch(reference: string): Promise<ReadyImage> {
    const { folder } = this.#settings;
    return withWorkFolder(folder, async (work) => {
      const layout = join(work, "layout");
      await this.#pull(reference, layout, makeFolder(join(work, "scratch")));
      const { digest } = readLayout(layout).manifest;
      const bundle = join(folder, createHash("sha256").update(digest).digest("hex").slice(0, 16));
      if (!existsSync(bundle)) {
        const unpacked = join(work, "bundle");
        await execa("umoci", ["unpack", "--image", `${layout}:image`, unpacked]);
        // Another reference to the same content may have been quicker.
        if (!existsSync(bundle)) renameSync(unpacked, bundle);
      }
      const configuration = configurationSchema.parse(
        JSON.parse(readFileSync(join(bundle, "config.json"), "utf8")),
      );
      return { digest, files: join(bundle, "rootfs"), configuration };
    });
  }

  async #pull(reference: string, layout: string, scratch: string): Promise<void> {
    const { resolver, trustBundle, login } = this.#settings;
    const auth = Buffer.from(login()).toString("base64");
    const words = ["--mount", "--propagation", "private", "sh", fetchScript];
    const fetched = await execa("unshare", [...words, scratch, resolver, reference, layout], {
      input: JSON.stringify({ auths: { [accountRegistryHost]: { auth } } }),
      env: { PATH: process.env.PATH ?? "", SSL_CERT_FILE: trustBundle, ...ownMark() },
      extendEnv: false,
      reject: false,
      timeout: fetchDeadlineMs,
    });
    removeFolder(scratch);
    if (!fetched.failed) return;
    const reason = /msg="?(?<words>[^\n]*?)"?$/.exec(fetched.stderr.trim())?.groups?.words;
    throw new ImageUnavailable(
      `the image ${reference} could not be fetched: ${reason ?? fetched.shortMessage}`,
    );
  }
}
