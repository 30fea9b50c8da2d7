import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { execa } from "execa";

const tools = new URL("../../host/files/usr/local/lib/insightpulse/", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "host-tools-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A tool of the host whose own folders lie below the test's. */
function moved(name: string): string {
  const text = readFileSync(new URL(name, tools), "utf8").replaceAll(
    /(?<=["= ])\/(etc|run)\//g,
    `${folder}/$1/`,
  );
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o755 });
  return path;
}

function write(path: string, text: string): void {
  const target = join(folder, path);
  mkdirSync(join(target, ".."), { recursive: true });
  writeFileSync(target, text);
}

suite("swap-file", () => {
  const bin = join(folder, "swap-bin");
  const swapFile = join(folder, "swapfile");
  let tool = "";
  before(() => {
    // The kernel is told nothing: swapon and its like write down what they are asked, in the order in which they are.
    const say = `printf '%s\\n' "$(basename "$0") $(basename "\${!#}")" >>${folder}/swap-done`;
    for (const [name, body] of Object.entries({
      "systemd-detect-virt": `[ -e ${folder}/container ]`,
      mkswap: say,
      swapoff: `rm ${folder}/swap-used; ${say}`,
      swapon: `case "$*" in *--show*) cat ${folder}/swap-used 2>/dev/null || true;; *) echo ${swapFile} >${folder}/swap-used; ${say};; esac`,
    })) {
      write(`swap-bin/${name}`, `#!/bin/bash\n${body}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    const text = readFileSync(new URL("swap-file", tools), "utf8").replace("/swapfile", swapFile);
    tool = join(folder, "swap-file");
    writeFileSync(tool, text, { mode: 0o755 });
  });

  async function run(mib: number): Promise<string[]> {
    write("swap-done", "");
    await execa(tool, [String(mib)], { env: { PATH: `${bin}:${process.env.PATH}` } });
    return readFileSync(join(folder, "swap-done"), "utf8").trim().split("\n");
  }

  test("makes a file for root alone, uses it, and the same again does nothing", async () => {
    assert.deepEqual(await run(2), ["mkswap swapfile.new", "swapon swapfile"]);
    assert.equal(statSync(swapFile).size, 2 * 1024 * 1024);
    assert.equal(statSync(swapFile).mode & 0o777, 0o600);
    assert.deepEqual(await run(2), [""]);
  });

  test("makes another one where the size has changed", async () => {
    assert.deepEqual(await run(1), ["swapoff swapfile", "mkswap swapfile.new", "swapon swapfile"]);
    assert.equal(statSync(swapFile).size, 1024 * 1024);
  });

  test("leaves a container alone, and says so", async () => {
    rmSync(swapFile);
    write("container", "");
    assert.deepEqual(await run(1), [""]);
    assert.throws(() => statSync(swapFile), { code: "ENOENT" });
  });
});

suite("watch-health", () => {
  let answer = "well";
  let tool = "";
  const server = createServer((_request, response) => response.end(answer));

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    write(
      "etc/insightpulse/health/wiki.env",
      `HEALTH_URL='http://127.0.0.1:${port}/'\nHEALTH_STATUS=200\nHEALTH_BODY='^w(e)ll$'\nSTART_SECONDS=30\n`,
    );
    mkdirSync(join(folder, "run/watch-health"), { recursive: true });
    // systemctl as far as the watch needs it: which of its questions get which answer stands in files.
    write(
      "bin/systemctl",
      `#!/bin/sh\ncase "$*" in\n*is-active*) [ ! -e ${folder}/stopped ];;\nshow*) cat ${folder}/started;;\n*) echo "$*" >>${folder}/done;;\nesac\n`,
    );
    chmodSync(join(folder, "bin/systemctl"), 0o755);
    tool = moved("watch-health");
  });
  after(() => server.close());

  /** Runs the watch some times, and says what it has told systemd to do. */
  async function watch(times: number, { startedSecondsAgo = 60, stopped = false } = {}): Promise<string> {
    for (const path of ["done", "stopped", "run/watch-health/wiki"])
      rmSync(join(folder, path), { force: true });
    const uptime = Number(readFileSync("/proc/uptime", "utf8").split(".")[0]);
    write("started", `${(uptime - startedSecondsAgo) * 1_000_000}\n`);
    write("done", "");
    if (stopped) write("stopped", "");
    for (let run = 0; run < times; run++) {
      await execa(tool, ["wiki"], { env: { PATH: `${folder}/bin:${process.env.PATH}` } });
    }
    return readFileSync(join(folder, "done"), "utf8").trim();
  }

  test("leaves a service alone that is well", async () => {
    answer = "well";
    assert.equal(await watch(4), "");
  });

  test("restarts one at its third wrong answer in a row, not earlier", async () => {
    answer = "a page of somebody else";
    assert.equal(await watch(2), "");
    assert.equal(await watch(3), "restart wiki.service");
  });

  test("gives a service the time it needs to start", async () => {
    answer = "not yet";
    assert.equal(await watch(4, { startedSecondsAgo: 10 }), "");
  });

  test("leaves stopped what an operator has stopped", async () => {
    answer = "nothing";
    assert.equal(await watch(4, { stopped: true }), "");
  });
});

suite("placeholder-certificate", () => {
  const live = join(folder, "etc/letsencrypt/live/erp.example.test");

  test("makes one for the domain and everything below, as certbot lays them out, once", async () => {
    write("etc/insightpulse/certificate.env", "CERTIFICATE_NAME=erp.example.test\nDOMAIN=example.test\n");
    const tool = moved("placeholder-certificate");
    await execa(tool);
    const { stdout } = await execa("openssl", [
      "x509",
      "-noout",
      "-ext",
      "subjectAltName",
      "-in",
      `${live}/fullchain.pem`,
    ]);
    assert.match(stdout, /DNS:example\.test, DNS:\*\.example\.test/);
    assert.equal(statSync(`${live}/privkey.pem`).mode & 0o777, 0o600);
    const renewal = readFileSync(join(folder, "etc/letsencrypt/renewal/erp.example.test.conf"), "utf8");
    assert.match(renewal, /^authenticator = manual$/m);

    const first = readFileSync(`${live}/fullchain.pem`, "utf8");
    await execa(tool);
    assert.equal(readFileSync(`${live}/fullchain.pem`, "utf8"), first);
  });
});

suite("dns-challenge", () => {
  /** Runs the hook with the vendor's answers, and gives the calls it made and what it printed. */
  async function hook(provider: string, action: string, environment: Record<string, string>) {
    const token = "secret-token";
    write(
      "etc/insightpulse/secrets/dns-challenge.json",
      JSON.stringify({ provider, zone: "example.test", token, propagationSeconds: 0 }),
    );
    const program = `
import importlib.machinery, importlib.util, json, sys
loader = importlib.machinery.SourceFileLoader("hook", ${JSON.stringify(moved("dns-challenge"))})
hook = importlib.util.module_from_spec(importlib.util.spec_from_loader("hook", loader))
sys.dont_write_bytecode = True
loader.exec_module(hook)
def call(method, url, token, body=None):
    print("call", json.dumps([method, url, token, body]))
    if "zones?" in url: return {"result": [{"id": "z1"}]}
    return {"domain_record": {"id": 7}, "result": {"id": "c7"}}
hook.call = call
hook.main(${JSON.stringify(action)})
`;
    const { stdout } = await execa("python3", ["-c", program], { env: environment });
    const lines = stdout.split("\n").filter((line) => line !== "");
    return {
      calls: lines
        .filter((line) => line.startsWith("call "))
        .map((line) => JSON.parse(line.slice(5)) as unknown[]),
      printed: lines.filter((line) => !line.startsWith("call ")),
    };
  }

  const challenge = { CERTBOT_DOMAIN: "example.test", CERTBOT_VALIDATION: "abc" };
  const digitalocean = "https://api.digitalocean.com/v2/domains/example.test/records";
  const cloudflare = "https://api.cloudflare.com/client/v4/zones";

  test("DigitalOcean: a record below the zone, and that record alone is taken away", async () => {
    const added = await hook("digitalocean", "present", challenge);
    const record = { type: "TXT", name: "_acme-challenge", data: "abc", ttl: 60 };
    assert.deepEqual(added, { calls: [["POST", digitalocean, "secret-token", record]], printed: ["7"] });
    const removed = await hook("digitalocean", "clean-up", { CERTBOT_AUTH_OUTPUT: "7" });
    assert.deepEqual(removed.calls, [["DELETE", `${digitalocean}/7`, "secret-token", null]]);
  });

  test("Cloudflare: the zone by its name, the record by its whole name", async () => {
    const added = await hook("cloudflare", "present", challenge);
    const record = { type: "TXT", name: "_acme-challenge.example.test", content: "abc", ttl: 60 };
    assert.deepEqual(added.calls, [
      ["GET", `${cloudflare}?name=example.test`, "secret-token", null],
      ["POST", `${cloudflare}/z1/dns_records`, "secret-token", record],
    ]);
    const removed = await hook("cloudflare", "clean-up", { CERTBOT_AUTH_OUTPUT: "c7" });
    assert.deepEqual(removed.calls.at(-1), [
      "DELETE",
      `${cloudflare}/z1/dns_records/c7`,
      "secret-token",
      null,
    ]);
  });

  test("what could not be written is not taken away", async () => {
    assert.deepEqual((await hook("digitalocean", "clean-up", {})).calls, []);
  });
});
