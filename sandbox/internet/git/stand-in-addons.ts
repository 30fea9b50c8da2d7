import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { Failure } from "../../engine/failure.ts";
import { makeFolder } from "../../engine/files.ts";

const content = join(import.meta.dirname, "stand-in-addons");
/** The same commit wherever and whenever it is made. */
const author = "Sandbox <sandbox@stand-in.invalid> 1735689600 +0000";
const branch = "refs/heads/main";
const message = "A stand-in for the repository of Odoo addons\n";

/**
 * Makes a bare repository that stands for the owner's Odoo addons, with one module that can be installed and does
 * nothing; and gives the id of its one commit, which depends on nothing but the files in `stand-in-addons`.
 */
export async function makeStandInAddons(folder: string): Promise<string> {
  const git = async (words: readonly string[], input: Buffer = Buffer.alloc(0)): Promise<string> => {
    const result = await execa("git", words, {
      input,
      reject: false,
      env: { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
    });
    if (!result.failed) return result.stdout.trim();
    throw new Failure(`git ${words.join(" ")} failed: ${result.stderr.trim() || result.shortMessage}`);
  };
  await git(["init", "--quiet", "--bare", "--initial-branch=main", makeFolder(folder)]);
  await git(["--git-dir", folder, "fast-import", "--quiet", "--force"], history());
  return git(["--git-dir", folder, "rev-parse", branch]);
}

/** One commit with every file, as `git fast-import` reads it. */
function history(): Buffer {
  const files = readdirSync(content, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Buffer.concat([
    Buffer.from(`commit ${branch}\ncommitter ${author}\n`),
    data(Buffer.from(message)),
    Buffer.from("deleteall\n"),
    ...files.flatMap((file) => [
      Buffer.from(`M 100644 inline ${file.slice(content.length + 1)}\n`),
      data(readFileSync(file)),
    ]),
  ]);
}

function data(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from("\n")]);
}
