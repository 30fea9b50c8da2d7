import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa, execaSync } from "execa";

const root = resolve(import.meta.dirname, "../../..");

/** The repository as a runner of GitHub Actions checks it out: whole, with branches of its own to be committed to. */
export class WholeCheckout {
  readonly folder = mkdtempSync(join(tmpdir(), "delivery-checkout-"));

  /** The files as they are in the working tree, as one commit on `develop`. */
  static async make(): Promise<WholeCheckout> {
    const checkout = new WholeCheckout();
    const listed = await execa("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
      cwd: root,
    });
    const packed = execa("tar", ["-c", "--null", "-T", "-", "--ignore-failed-read"], {
      cwd: root,
      input: listed.stdout,
      encoding: "buffer",
    });
    await packed.pipe("tar", ["-x", "-C", checkout.folder]);
    symlinkSync(join(root, "node_modules"), join(checkout.folder, "node_modules"));
    checkout.git("init", "--quiet", "--initial-branch=develop");
    // Newer ones tidy up behind a commit, in a folder that may be about to go.
    checkout.git("config", "maintenance.auto", "false");
    writeFileSync(
      join(checkout.folder, ".git/info/exclude"),
      "node_modules\nreview.md\ngraph.svg\nfound.txt\n.source\n",
    );
    checkout.commit("base");
    checkout.git("update-ref", "refs/remotes/origin/develop", "HEAD");
    return checkout;
  }

  /** Runs git here, untouched by the user's own settings. */
  git(...words: string[]): string {
    const env = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
    return execaSync("git", words, { cwd: this.folder, env }).stdout;
  }

  /** Commits every change, and gives the commit. */
  commit(message: string): string {
    this.git("add", "--all");
    const author = ["-c", "user.name=test", "-c", "user.email=test@example.test"];
    this.git(...author, "commit", "--quiet", "--allow-empty", "--message", message);
    return this.git("rev-parse", "HEAD");
  }

  /** Replaces text of a file that must be in it. */
  replace(path: string, text: string, by: string): void {
    const file = join(this.folder, path);
    const before = readFileSync(file, "utf8");
    if (!before.includes(text)) throw new Error(`${path} does not hold ${text}`);
    writeFileSync(file, before.replace(text, by));
  }

  /** Removes it. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
