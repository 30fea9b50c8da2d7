import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa, execaSync } from "execa";
import { editSettings } from "../../support/stack-file.ts";

const root = resolve(import.meta.dirname, "../../..");

/** A repository of a test's own with the operations in it, to be edited and committed to at will. */
export class Checkout {
  readonly folder = mkdtempSync(join(tmpdir(), "operations-test-"));

  constructor() {
    const settings = readdirSync(root).filter((name) => /^Pulumi\..*yaml$/.test(name));
    for (const name of ["config", "host", "operations", "package.json", ...settings]) {
      cpSync(join(root, name), join(this.folder, name), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(this.folder, "node_modules"));
    writeFileSync(join(this.folder, ".gitignore"), "node_modules\n");
    this.git("init", "--quiet", "--initial-branch=main");
    // Newer ones tidy up behind a commit, in a folder that may be about to go.
    this.git("config", "maintenance.auto", "false");
    this.commit();
  }

  /** Runs git here, untouched by the user's own settings. */
  git(...words: string[]): string {
    const env = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
    return execaSync("git", words, { cwd: this.folder, env }).stdout;
  }

  /** Commits everything. */
  commit(): void {
    this.git("add", "--all");
    const author = ["-c", "user.name=test", "-c", "user.email=test@example.test"];
    this.git(...author, "commit", "--quiet", "--message", "test");
  }

  /** Edits an environment's settings by path below the project's prefix; `undefined` removes one. */
  editSettings(environment: string, edits: Readonly<Record<string, unknown>>): void {
    const file = join(this.folder, `Pulumi.${environment}.yaml`);
    writeFileSync(file, editSettings(readFileSync(file, "utf8"), edits));
  }

  /** Replaces text of a file that must be in it. */
  replace(path: string, text: string, by: string): void {
    const file = join(this.folder, path);
    const before = readFileSync(file, "utf8");
    if (!before.includes(text)) throw new Error(`${path} does not hold ${text}`);
    writeFileSync(file, before.replace(text, by));
  }

  /** Runs the command line here. */
  async ops(...words: string[]) {
    const program = join(this.folder, "operations/cli/main.ts");
    const { stdout, stderr, exitCode } = await execa(process.execPath, [program, ...words], {
      cwd: tmpdir(),
      reject: false,
    });
    return { stdout, stderr, exitCode };
  }

  /** Removes it. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
