import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import ssh from "ssh2";
import { localCommand, localRun } from "../../../sandbox/providers/command/local.ts";
import { remoteCommand } from "../../../sandbox/providers/command/remote.ts";
import { fakeOperation, lifeOf } from "../support.ts";

describe("a command on this machine", () => {
  const life = lifeOf(localCommand, undefined);

  test("gets its input and variables and is told what the one before printed", async () => {
    const declared = { create: "cat; printf %s $A >&2", stdin: "in", environment: { A: "a" } };
    const created = await life.create(declared);
    assert.deepEqual([created.state.fields.stdout, created.state.fields.stderr], ["in", "a"]);
    const update = { ...declared, update: "echo was $PULUMI_COMMAND_STDOUT" };
    const updated = await life.update(created.id, created.state.fields, update);
    assert.equal(updated.state.fields.stdout, "was in");
  });

  test("runs in its folder, under its interpreter, and once more at the end", async () => {
    const folder = await mkdtemp(join(tmpdir(), "command-"));
    const declared = {
      create: "touch made",
      delete: "echo gone > deleted",
      dir: folder,
      interpreter: ["/bin/sh", "-ec"],
    };
    const { id, state } = await life.create(declared);
    await life.delete(id, state.fields);
    assert.equal(await readFile(join(folder, "deleted"), "utf8"), "gone\n");
    await rm(folder, { recursive: true });
  });

  test("that fails says what it ran and what it printed", async () => {
    const failing = life.create({ create: "echo wrong >&2; exit 3" });
    await assert.rejects(failing, /ended with exit status 3: echo wrong >&2; exit 3\nwrong/);
  });

  test("is replaced by a trigger, and changed in place by anything else", async () => {
    const stored = { create: "true", triggers: ["a"] };
    assert.equal(life.changes(stored, { create: "true", triggers: ["b"] }).changes[0]?.replace, true);
    assert.equal(life.changes(stored, { create: "false", triggers: ["a"] }).changes[0]?.replace, false);
  });

  test("may be only a question", async () => {
    const found = await localRun.read(undefined, { command: "echo here" }, fakeOperation());
    assert.equal(found.stdout, "here");
  });
});

describe("a command on another machine", () => {
  const key = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  }).privateKey;
  const accepted = new Set(["GREETING"]);
  /** Commands that were run, each with its input. */
  const ran: [string, string][] = [];
  let server: InstanceType<typeof ssh.Server>;
  let port = 0;

  before(async () => {
    server = new ssh.Server({ hostKeys: [key] }, (client) => {
      client.on("error", () => {});
      client.on("authentication", (context) => {
        if (context.method === "password" && context.password === "right") context.accept();
        else context.reject(["password"]);
      });
      client.on("session", (accept) => {
        const variables: Record<string, string> = {};
        const session = accept();
        session.on("env", (_accept, _reject, { key: name, val }) => {
          if (accepted.has(name)) variables[name] = val;
        });
        session.on("exec", (acceptExec, _reject, { command }) => {
          const channel = acceptExec();
          const run: [string, string] = [command, ""];
          ran.push(run);
          channel.on("data", (text: Buffer) => {
            run[1] += text;
          });
          const lost = ["GREETING", "SECRET"].filter(
            (name) => command.includes(`{${name}+set}`) && !(name in variables),
          );
          channel.write(
            command.includes("+set}") ? lost.join(" ") : `${command} ${variables.GREETING ?? ""}\n`,
          );
          channel.on("end", () => {
            channel.exit(command === "fail" ? 4 : 0);
            channel.end();
          });
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  after(() => new Promise((resolve) => server.close(resolve)));

  const connection = (changes = {}) => ({
    host: "127.0.0.1",
    port,
    user: "deploy",
    password: "right",
    ...changes,
  });

  test("runs there, with the variables the server takes", async () => {
    const declared = { connection: connection(), create: "say", environment: { GREETING: "hello" } };
    const { state } = await lifeOf(remoteCommand, undefined).create(declared);
    assert.equal(state.fields.stdout, "say hello");
    assert.deepEqual(state.secrets, [["connection", "password"]]);
  });

  test("refuses variables that the server would drop", async () => {
    const declared = { connection: connection(), create: "say", environment: { SECRET: "x" } };
    await assert.rejects(
      lifeOf(remoteCommand, undefined).create(declared),
      /does not accept the variables SECRET.*AcceptEnv/,
    );
  });

  test("that fails says so", async () => {
    const failing = lifeOf(remoteCommand, undefined).create({ connection: connection(), create: "fail" });
    await assert.rejects(failing, /ended with exit status 4: fail/);
  });

  test("tries a refused password again, as the official provider does, and then says who was refused", async () => {
    const life = lifeOf(remoteCommand, undefined);
    const wrong = connection({ password: "wrong", dialErrorLimit: 2 });
    await assert.rejects(
      life.create({ connection: wrong, create: "say" }),
      /No SSH connection to deploy@127\.0\.0\.1:\d+ after 3 attempts: All configured authentication methods failed/,
    );
    assert.equal(life.operation.waits.length, 2);
  });

  test("does not try a key again that nobody can read", async () => {
    const life = lifeOf(remoteCommand, undefined);
    const unreadable = connection({ password: undefined, privateKey: "no key" });
    await assert.rejects(life.create({ connection: unreadable, create: "say" }), /Cannot parse privateKey/);
    assert.deepEqual(life.operation.waits, []);
  });

  test("runs what made it once more when only its input changes, and nothing at its end", async () => {
    const life = lifeOf(remoteCommand, undefined);
    const declared = { connection: connection(), create: "say", stdin: "one" };
    const { id, state } = await life.create(declared);
    const before = state.fields;
    assert.equal(life.changes(before, { ...declared, stdin: "two" }).changes[0]?.replace, false);
    ran.splice(0);
    await life.update(id, before, { ...declared, stdin: "two" });
    assert.deepEqual(ran, [["say", "two"]]);
    // A host that is gone is no reason for which a command without an end could not be forgotten.
    await life.delete(id, { ...before, connection: connection({ port: 1 }) });
  });

  test("gives each attempt the time it was allowed", async () => {
    const silent = createServer(() => {}).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const { port: where } = silent.address() as AddressInfo;
    const slow = connection({ port: where, dialErrorLimit: 0, perDialTimeout: 1 });
    const started = performance.now();
    const answer = lifeOf(remoteCommand, undefined).create({ connection: slow, create: "say" });
    await assert.rejects(answer, /No SSH connection to deploy@.*: Timed out while waiting for handshake/);
    // An attempt that is not told how long has fifteen.
    assert.ok(performance.now() - started < 14_000);
    silent.close();
  });

  test("gives up on a dead host with a reason, one attempt after as many failures as were allowed", async () => {
    const life = lifeOf(remoteCommand, undefined);
    const dead = connection({ port: 1, dialErrorLimit: 3 });
    await assert.rejects(
      life.create({ connection: dead, create: "say" }),
      /after 4 attempts: .*ECONNREFUSED/,
    );
    assert.deepEqual(life.operation.waits, [100, 150, 225]);
  });
});
