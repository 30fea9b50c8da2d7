import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { execaSync } from "execa";
import { WholeCheckout } from "../support/delivery/checkout.ts";
import { GitHubStandIn } from "../support/delivery/stand-ins.ts";
import { runWorkflow } from "../support/delivery/workflow.ts";

const digest = `sha256:${"5e".repeat(32)}`;
const token = "a-token-for-the-registry";

/** Stands in for Docker: it notes its words and the login it finds, and gives a digest. It builds nothing, and says so. */
const docker = `#!/usr/bin/env bash
set -euo pipefail
echo "stand-in docker: nothing is built" >&2
printf '%s\\n' "$*" >>"$STAND_IN_LOG"
case "$1" in
  push) cp "$DOCKER_CONFIG/config.json" "$STAND_IN_LOG.login" ;;
  image) printf '%s@%s\\n' "\${5%:*}" "${digest}" ;;
esac
`;

suite("an image from its repository to a pull request", () => {
  const folder = mkdtempSync(join(tmpdir(), "image-"));
  const log = join(folder, "docker.log");
  const origin = join(folder, "origin.git");
  const github = new GitHubStandIn();
  let checkout: WholeCheckout;
  before(async () => {
    await github.start();
    checkout = await WholeCheckout.make();
    execaSync("git", ["init", "--quiet", "--bare", origin]);
    // Newer ones tidy up behind a push, in a folder that may be about to go.
    execaSync("git", ["-C", origin, "config", "receive.autogc", "false"]);
    checkout.git("remote", "add", "origin", origin);
    writeFileSync(join(folder, "docker"), docker);
    chmodSync(join(folder, "docker"), 0o755);
    // What the second checkout brings.
    const source = join(checkout.folder, ".source");
    mkdirSync(source);
    writeFileSync(join(source, "Dockerfile"), "FROM scratch\n");
    execaSync("git", ["init", "--quiet"], { cwd: source });
    execaSync(
      "git",
      [
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.test",
        "-c",
        "maintenance.auto=false",
        "commit",
        "--quiet",
        "--allow-empty",
        "-m",
        "x",
      ],
      { cwd: source },
    );
  });
  after(() => {
    github.stop();
    checkout?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (environment: string, service = "mcp", repository = "mcp-coordinator") =>
    runWorkflow(checkout.folder, "image", {
      github: {
        actor: "reviewer",
        repository: "owner/name",
        server_url: "https://github.example",
        run_id: 9,
        api_url: github.url,
      },
      inputs: {
        service,
        repository,
        source: `owner/${service}`,
        ref: "main",
        folder: ".",
        environment,
      },
      secrets: { DIGITALOCEAN_TOKEN: token, DELIVERY_TOKEN: github.token },
      vars: {},
      machine: { PATH: `${folder}:${process.env.PATH}`, HOME: folder, STAND_IN_LOG: log },
    });

  test("is built, pushed with a login that is no argument, and pinned by digest in a pull request", async () => {
    const { outcome, printed } = await run("staging");
    assert.equal(outcome, "success", printed);
    const words = readFileSync(log, "utf8");
    assert.match(
      words,
      /^build --pull --label org\.opencontainers\.image\.revision=[0-9a-f]{40} --tag registry\.digitalocean\.com\/fin-workspace\/mcp-coordinator:[0-9a-f]{40} /m,
    );
    assert.ok(!words.includes(token) && !printed.includes(token));
    const login = JSON.parse(readFileSync(`${log}.login`, "utf8")).auths["registry.digitalocean.com"].auth;
    assert.equal(Buffer.from(login, "base64").toString(), `${token}:${token}`);
    const [pull] = github.pulls;
    assert.deepEqual([pull?.base, pull?.head], ["develop", `image/staging-mcp-${"5e".repeat(6)}`]);
    const settings = execaSync("git", ["show", `${pull?.head}:Pulumi.staging.yaml`], { cwd: origin }).stdout;
    assert.match(settings, new RegExp(`repository: mcp-coordinator, digest: ${digest}`));
    const changed = checkout.git("diff", "--numstat", "develop", pull?.head ?? "");
    assert.match(changed, /^\d+\t[01]\tPulumi\.staging\.yaml$/, "only what says the image is another");
  });

  test("is pinned in the account's registry, wherever the service's image came from before", async () => {
    checkout.git("checkout", "--quiet", "develop");
    const { outcome, printed } = await run("staging", "superset", "superset-own");
    assert.equal(outcome, "success", printed);
    const pull = github.pulls.at(-1);
    const settings = execaSync("git", ["show", `${pull?.head}:Pulumi.staging.yaml`], { cwd: origin }).stdout;
    const [line] = settings.match(/^.*repository: superset-own.*$/m) ?? [];
    assert.match(
      line ?? settings,
      new RegExp(`registryType: DOCR, repository: superset-own, digest: ${digest}`),
    );
    assert.doesNotMatch(settings, /apache/);
  });

  test("is refused where the stack leaves the app as it was found", async () => {
    checkout.git("checkout", "--quiet", "develop");
    const { outcome, printed } = await run("prod");
    assert.equal(outcome, "failure", printed);
    assert.match(printed, /prod leaves mcp as it was found, and would not deliver its image/);
    assert.equal(github.pulls.length, 2);
  });
});
