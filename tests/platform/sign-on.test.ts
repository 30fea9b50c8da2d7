import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { waitFor } from "../support/wait-for.ts";
import { SignOn } from "./sign-on.ts";
import { Platform, skip, told } from "./support.ts";

const chat = "https://chat.insightpulseai.net";
const n8n = "https://n8n.insightpulseai.net";
const allowed = "allowed@insightpulseai.com";

describe("sign-on in front of production's Mattermost and n8n", { skip, concurrency: false }, () => {
  let platform: Platform;
  before(async () => {
    platform = await Platform.shared();
  });
  after(() => platform?.close());
  const visitor = () => new SignOn(platform);

  describe("who has signed in", () => {
    test("one sign-in opens both, and the cookie is what was decided", async () => {
      const person = visitor();
      const { status, location, headers } = await person.signIn(`${chat}/channels/town`, allowed);
      assert.deepEqual([status, location], [302, "/channels/town"]);
      const [session = "", ...attributes] = person.cookieIn(headers, "__Secure-sign_on_prod").split("; ");
      assert.match(session, /^__Secure-sign_on_prod=\S{100,}$/);
      const expires = attributes.find((one) => one.startsWith("Expires=")) ?? "";
      const seconds = (Date.parse(expires.slice("Expires=".length)) - Date.now()) / 1000;
      assert.ok(seconds > 3500 && seconds <= 3600, `${seconds} s`);
      assert.deepEqual(attributes.filter((one) => one !== expires).sort(), [
        "Domain=insightpulseai.net",
        "HttpOnly",
        "Path=/",
        "SameSite=Lax",
        "Secure",
      ]);
      for (const url of [chat, n8n]) assert.equal((await person.ask(`${url}/`)).status, 200);
      assert.equal(
        (await person.ask(`${n8n}/rest/push`)).status,
        400,
        "the service itself wants a websocket",
      );
    });

    test("what reaches a service says nothing of the session, nor of who the client claims to be", async () => {
      const person = visitor();
      await person.signIn(`${chat}/`, allowed);
      const claims = [
        "X-Forwarded-User",
        "X-Forwarded-Email",
        "X-Auth-Request-Email",
        "X-Auth-User",
        "Remote-User",
      ];
      const words = claims.flatMap((name) => ["--header", `${name}: admin`]);
      const seen = await person.headersAtN8n("--cookie", "first=1", ...words);
      assert.match(seen, /^cookie: .*first=1/im);
      assert.doesNotMatch(seen, /__Secure-sign_on_prod=/);
      for (const name of claims) assert.doesNotMatch(seen, new RegExp(`^${name}:`, "im"));
      assert.match(seen, /^X-Forwarded-Proto: https$/im);
    });

    test("no service is told a session, however many cookies of sign-ins a browser has gathered", async () => {
      const person = visitor();
      await person.signIn(`${chat}/`, allowed);
      const [session = ""] = /^__Secure-sign_on_prod=\S{100,}$/.exec(person.cookieHeader) ?? [];
      assert.notEqual(session, "");
      const begun = (letter: string) => `__Secure-sign_on_prod_${letter.repeat(8)}_csrf=${letter}`;
      const own = (count: number) => Array.from({ length: count }, (_, index) => `own${index}=${index}`);
      for (const [sent, passed] of [
        // Sign-ins that were begun in three windows and never finished, in the order in which browsers send them.
        [[session, begun("a"), begun("b"), begun("c"), ...own(1)], "own0=0"],
        [["own0=0", begun("a"), "own1=1", session, "own2=2", begun("b"), "own3=3"], own(4).join("; ")],
        [[session, "own0=0", "__Secure-sign_on_staging=another", begun("a")], "own0=0"],
        // More than anybody has by accident: nothing goes through, rather than a session.
        [own(4).flatMap((one, index) => [index === 0 ? session : begun(`${index}`), one]), ""],
      ] as const) {
        const cookies = ["--header", `Cookie: ${sent.join("; ")}`];
        const seen = await visitor().headersAtN8n(...cookies);
        assert.equal(/^cookie: (?<value>.*?);? ?\r?$/im.exec(seen)?.groups?.value ?? "", passed);
      }
    });

    test("a session that is used is renewed at Google, by a cookie that comes with the page", async () => {
      const settings = "/etc/oauth2-proxy/oauth2-proxy.cfg";
      const own = await told(platform.inside("erp", "cat", settings));
      const eager = own.replace(/^cookie_refresh = .*/m, 'cookie_refresh = "1s"');
      assert.notEqual(eager, own);
      try {
        await platform.instead("erp", settings, `${eager}\n`, async () => {
          await restartProxy();
          const person = visitor();
          const { headers: first } = await person.signIn(`${chat}/`, allowed);
          const before = person.cookieIn(first, "__Secure-sign_on_prod");
          let renewed = "";
          const isRenewed = async () => {
            const { status, headers } = await person.ask(`${n8n}/`);
            assert.equal(status, 200);
            renewed = person.cookieIn(headers, "__Secure-sign_on_prod");
            return renewed !== "";
          };
          await waitFor(isRenewed, "a renewed session");
          assert.notEqual(renewed, before);
          assert.equal((await person.ask(`${chat}/`)).status, 200);
        });
      } finally {
        await restartProxy();
      }
    });

    test("signing out at one closes both, and leads nowhere else", async () => {
      const person = visitor();
      await person.signIn(`${chat}/`, allowed);
      const foreign = ["--header", "Sec-Fetch-Site: cross-site"];
      assert.equal((await person.ask(`${n8n}/oauth2/sign_out`, ...foreign)).status, 403);
      assert.equal((await person.ask(`${chat}/`)).status, 200, "another site has signed somebody out");
      const { status, location, headers } = await person.ask(
        `${n8n}/oauth2/sign_out?rd=https://example.org/`,
      );
      assert.deepEqual([status, location], [302, "/oauth2/signed-out"]);
      assert.match(headers, /^clear-site-data: "cookies", "storage"/im);
      for (const url of [chat, n8n]) assert.equal((await person.ask(`${url}/`)).status, 302);
      assert.match((await person.ask(`${n8n}/oauth2/signed-out`)).body, /You are signed out/);
    });

    for (const target of [
      "https://example.org/",
      "//example.org/",
      "/\\example.org/",
      "https:/example.org",
    ]) {
      test(`a sign-in does not end at ${target}`, async () => {
        const begin = `${chat}/oauth2/start?rd=${encodeURIComponent(target)}`;
        const { status, location } = await visitor().signIn(begin, allowed);
        assert.deepEqual([status, location], [302, "/"]);
      });
    }
  });

  describe("who may not", () => {
    test("an account on no list is told so, in a page", async () => {
      const person = visitor();
      const { status, body } = await person.signIn(`${chat}/`, "outside@example.org");
      assert.equal(status, 403);
      assert.match(body, /This account may not come in/);
      assert.equal((await person.ask(`${chat}/`)).status, 302);
    });

    test("an address that Google has not verified opens nothing", async () => {
      const person = visitor();
      const { status, body } = await person.signIn(`${chat}/`, "unverified@insightpulseai.com");
      assert.equal(status, 500);
      assert.match(body, /Google did not vouch for this account/);
      assert.equal((await person.ask(`${chat}/`)).status, 302);
    });

    test("an answer of Google's without the beginning of that sign-in opens nothing", async () => {
      const callback = await visitor().answerOfGoogle(`${chat}/`, allowed);
      const { status, body } = await visitor().ask(callback);
      assert.equal(status, 403);
      assert.match(body, /The sign-in was not finished/);
    });

    test("Google sends nobody to an address that is not registered", async () => {
      const asked = new URL((await visitor().ask(`${chat}/`)).location);
      asked.searchParams.set("redirect_uri", "https://example.org/oauth2/callback");
      const { status, body } = await visitor().ask(asked.href);
      assert.equal(status, 400);
      assert.match(body, /redirect_uri/);
    });
  });

  test("Odoo signs in with its own client at Google, and with nobody else, once its module is there", async () => {
    const environment = "--property=EnvironmentFile=/etc/insightpulse/secrets/odoo-database.env";
    const psql = ["systemd-run", "--quiet", "--pipe", "--wait", "--collect", environment, "psql", "-qAt"];
    const sql = (text: string) => told(platform.insideWith(text, "erp", ...psql, "--set=ON_ERROR_STOP=1"));
    const write = () => told(platform.inside("erp", "systemctl", "restart", "odoo-parameters.service"));
    // The tables of Odoo that are written to, as far as they are.
    await sql(`
      CREATE TABLE ir_config_parameter (key text UNIQUE, value text);
      CREATE TABLE auth_oauth_provider (id int, client_id text, enabled bool);
      CREATE TABLE ir_model_data (module text, model text, name text, res_id int);
      INSERT INTO auth_oauth_provider VALUES (1, NULL, true), (2, NULL, NULL), (3, 'by hand', true);
      INSERT INTO ir_model_data VALUES
        ('auth_oauth', 'auth.oauth.provider', 'provider_openerp', 1),
        ('auth_oauth', 'auth.oauth.provider', 'provider_google', 2),
        ('other', 'auth.oauth.provider', 'own', 3);`);
    try {
      await write();
      const secrets = JSON.parse(readFileSync(join(platform.folder, "prod/secrets.json"), "utf8"));
      const rows = await sql("SELECT id, client_id, enabled FROM auth_oauth_provider ORDER BY id");
      assert.deepEqual(rows.split("\n"), ["1||f", `2|${secrets.odooGoogleClientId}|t`, "3|by hand|t"]);
      const scope = "SELECT value FROM ir_config_parameter WHERE key = 'auth_signup.invitation_scope'";
      assert.equal(await sql(scope), "b2b");
      const version = "SELECT xmin FROM auth_oauth_provider WHERE id = 2";
      const before = await sql(version);
      await write();
      assert.equal(await sql(version), before, "the same again writes nothing");
    } finally {
      await sql("DROP TABLE ir_config_parameter, auth_oauth_provider, ir_model_data");
    }
    await write();
  });

  test("without the sign-on proxy gated pages say so, and open paths go on", async () => {
    try {
      await told(platform.inside("erp", "systemctl", "stop", "oauth2-proxy.service"));
      for (const address of [`${chat}/`, `${n8n}/`, `${n8n}/oauth2/start`, `${n8n}/oauth2/callback?code=a`]) {
        const { status, headers, body } = await visitor().ask(address);
        assert.equal(status, 503, address);
        assert.match(body, /Sign-in is not available/);
        assert.match(headers, /^retry-after: 60/im);
        assert.match(headers, /^x-frame-options: SAMEORIGIN/im);
      }
      assert.equal((await visitor().ask(`${chat}/api/v4/system/ping`)).status, 200);
      assert.equal((await visitor().ask(`${n8n}/webhook/a`)).status, 200);
      assert.equal((await visitor().ask("https://erp.insightpulseai.net/web/login")).status, 200);
    } finally {
      await told(platform.inside("erp", "systemctl", "start", "oauth2-proxy.service"));
    }
    await waitFor(async () => (await visitor().ask(`${chat}/`)).status === 302, "sign-in to be there again");
  });

  async function restartProxy(): Promise<void> {
    await told(platform.inside("erp", "systemctl", "restart", "oauth2-proxy.service"));
    await waitFor(async () => (await visitor().ask(`${chat}/`)).status === 302, "the sign-on proxy");
  }
});
