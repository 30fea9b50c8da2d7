import { execa } from "execa";
import { root } from "./environments.ts";
import { Failure } from "./failure.ts";

/** A commit of this repository, and the name somebody gave it. */
export interface Revision {
  readonly name: string;
  readonly commit: string;
}

/**
 * Finds what a branch, tag or commit stands for.
 *
 * @throws Failure naming it when git knows no such commit
 */
export async function findRevision(name: string): Promise<Revision> {
  const { stdout, exitCode } = await git(
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${name}^{commit}`,
  );
  if (exitCode === 0) return { name, commit: stdout.trim() };
  const inside = await git("rev-parse", "--git-dir");
  if (inside.exitCode !== 0)
    throw new Failure(`${root} is no git repository, so there is nothing to compare with`);
  throw new Failure(
    `git knows no branch, tag or commit "${name}" here`,
    "git branch --all lists the branches; git fetch origin BRANCH brings one that is missing",
  );
}

/** The commit that is checked out, and its tree: the same content has the same tree, whatever commit it came by. */
export async function checkedOut(): Promise<{ readonly commit: string; readonly tree: string }> {
  const { stdout, exitCode } = await git("rev-parse", "HEAD^{commit}", "HEAD^{tree}");
  const [commit, tree] = stdout.trim().split("\n");
  if (exitCode !== 0 || commit === undefined || tree === undefined)
    throw new Failure(`${root} is no git repository with a commit, and a delivery is of a commit`);
  return { commit, tree };
}

/** How many commits lie between one and what is checked out; null where git does not know that one. */
export async function commitsSince(commit: string): Promise<number | null> {
  const { stdout, exitCode } = await git("rev-list", "--count", `${commit}..HEAD`);
  return exitCode === 0 ? Number(stdout.trim()) : null;
}

/** A file as it is at a revision; undefined where it does not exist there. */
export async function readFileAt({ commit }: Revision, path: string): Promise<string | undefined> {
  const { stdout: listed } = await git("ls-tree", "--name-only", commit, "--", path);
  if (listed.trim() === "") return undefined;
  const { stdout, stderr, exitCode } = await git("show", `${commit}:${path}`);
  if (exitCode !== 0) throw new Failure(`git show ${commit}:${path} failed: ${stderr.trim()}`);
  return stdout;
}

/**
 * Writes a folder as it is at a revision below another folder.
 *
 * @throws Failure when it does not exist there
 */
export async function extractAt({ name, commit }: Revision, path: string, target: string): Promise<void> {
  const archive = execa("git", ["archive", "--format=tar", commit, "--", path], { cwd: root, reject: false });
  const { exitCode } = await archive.pipe("tar", ["-x", "-f", "-", "-C", target], { reject: false });
  const { exitCode: archived } = await archive;
  if (exitCode !== 0 || archived !== 0) throw new Failure(`${name} has no folder ${path}`);
}

function git(...words: string[]) {
  return execa("git", words, { cwd: root, reject: false, stripFinalNewline: false });
}
