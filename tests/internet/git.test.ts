import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { execa } from "execa";
import { Authority } from "../../sandbox/internet/authority.ts";
import { type Front, startFront } from "../../sandbox/internet/front/front.ts";
import { gitHosts } from "../../sandbox/internet/git/host.ts";
import { makeStandInAddons } from "../../sandbox/internet/git/stand-in-addons.ts";
import { callSite } from "./support/https.ts";

const folder = mkdtempSync(join(tmpdir(), "git-"));
const url = "https://github.com/example/addons";

describe("The world's Git hosts", () => {
  let front: Front;
  let authority: Authority;
  let commit: string;
  before(async () => {
    commit = await makeStandInAddons(join(folder, "addons.git"));
    authority = await Authority.open(folder);
    const sites = [gitHosts([{ url, folder: join(folder, "addons.git") }])];
    const aliasesOf = (host: string) => [host];
    front = await startFront({ address: "127.0.0.1", port: 0, authority, sites, aliasesOf });
  });
  after(async () => {
    await front?.stop();
    rmSync(folder, { recursive: true });
  });

  /** Git as a client that knows the authority, and finds the host on the front's port. */
  const git = (words: string[], trusted = join(folder, "authority.pem")) => {
    const settings = {
      "http.curloptResolve": `github.com:${front.port}:127.0.0.1`,
      [`url.https://github.com:${front.port}/.insteadOf`]: "https://github.com/",
      // Newer ones tidy up behind a fetch, in a folder that may be about to go.
      "maintenance.auto": "false",
    };
    const given = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const env = { GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_GLOBAL: "/dev/null", GIT_SSL_CAINFO: trusted };
    return execa("git", [...given, ...words], { reject: false, env });
  };
  const call = (path: string, method = "GET") =>
    callSite(front.port, `https://github.com${path}`, { ca: authority.certificate, method });

  test("a repository is cloned, by either version of the protocol, with or without the suffix", async () => {
    for (const [index, [version, address]] of [
      ["2", url],
      ["0", `${url}.git`],
    ].entries()) {
      const copy = join(folder, `clone-${index}`);
      const cloned = await git(["-c", `protocol.version=${version}`, "clone", "--quiet", `${address}`, copy]);
      assert.equal(cloned.exitCode, 0, cloned.stderr);
      assert.match(readFileSync(join(copy, "README.md"), "utf8"), /^# A stand-in/);
      assert.ok(existsSync(join(copy, "sandbox_stand_in/__manifest__.py")));
      assert.equal((await git(["-C", copy, "rev-parse", "HEAD"])).stdout, commit);
    }
  });

  test("one commit is fetched by its id, as a host does that checks a pinned one out", async () => {
    for (const version of ["2", "0"]) {
      const copy = join(folder, `fetch-${version}`);
      await git(["init", "--quiet", copy]);
      const words = [
        "-C",
        copy,
        "-c",
        `protocol.version=${version}`,
        "fetch",
        "--quiet",
        "--depth=1",
        url,
        commit,
      ];
      const fetched = await git(words);
      assert.equal(fetched.exitCode, 0, fetched.stderr);
      assert.equal((await git(["-C", copy, "rev-parse", "FETCH_HEAD"])).stdout, commit);
      const unknown = await git([...words.slice(0, -1), `${"0".repeat(39)}1`]);
      assert.match(unknown.stderr, /not our ref/);
    }
  });

  test("no other repository is there, no page of a site, and nothing can be pushed", async () => {
    const unknown = await git(["ls-remote", "https://github.com/example/other"]);
    assert.match(unknown.stderr, /repository 'https:.*\/example\/other\/' not found/);
    assert.equal((await call("/example/other/info/refs?service=git-upload-pack")).status, 404);
    assert.equal((await call("/")).status, 404);
    assert.equal((await call("/example/addons/info/refs")).status, 400);
    const copy = join(folder, "push");
    await git(["clone", "--quiet", url, copy]);
    const pushed = await git(["-C", copy, "push", url, "HEAD:refs/heads/other"]);
    assert.notEqual(pushed.exitCode, 0);
    assert.match(pushed.stderr, /403/);
  });

  test("a client that does not trust the sandbox gets nothing", async () => {
    const stranger = join(folder, "stranger.pem");
    writeFileSync(stranger, (await Authority.open(join(folder, "stranger"))).certificate);
    const refused = await git(["ls-remote", url], stranger);
    assert.match(refused.stderr, /certificate/);
  });
});

test("The stand-in repository is the same commit wherever it is made, also a second time", async () => {
  const parent = mkdtempSync(join(tmpdir(), "addons-"));
  after(() => rmSync(parent, { recursive: true }));
  const [first, second] = [join(parent, "first"), join(parent, "second")];
  const commit = await makeStandInAddons(first);
  assert.match(commit, /^[0-9a-f]{40}$/);
  assert.equal(await makeStandInAddons(first), commit);
  assert.equal(await makeStandInAddons(second), commit);
  const { stdout } = await execa("git", ["--git-dir", first, "fsck", "--strict", "--full"]);
  assert.equal(stdout, "");
});
