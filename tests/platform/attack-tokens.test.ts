import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { waitFor } from "../support/wait-for.ts";
import { badTokens, claimsOf, goodTokens, strangersTokens } from "./forged-tokens.ts";
import { GoogleImpostor } from "./google-impostor.ts";
import { SignOn } from "./sign-on.ts";
import { Platform, skip, told } from "./support.ts";

const chat = "https://chat.insightpulseai.net";
const n8n = "https://n8n.insightpulseai.net";
const allowed = "allowed@insightpulseai.com";
const cookieName = "__Secure-sign_on_prod";

describe("who gives the sign-on proxy tokens in Google's place", { skip, concurrency: false }, () => {
  let platform: Platform;
  let impostor: GoogleImpostor;
  before(async () => {
    platform = await Platform.shared();
    impostor = await GoogleImpostor.begin(platform);
    await signInIsThere();
  });
  after(async () => {
    await impostor?.end();
    if (platform !== undefined) await signInIsThere();
    await platform?.close();
  });

  afterEach(() => assert.equal(impostor.complaints, ""));

  const visitor = () => new SignOn(platform);
  const signInIsThere = () =>
    waitFor(async () => (await visitor().ask(`${chat}/`)).status === 302, "the sign-on proxy");

  for (const name of keys(goodTokens))
    test(`a good one opens: ${name}`, async () => {
      impostor.give(name);
      const person = visitor();
      const { status, location } = await person.signIn(`${chat}/channels/town`, allowed);
      assert.deepEqual([status, location], [302, "/channels/town"]);
      assert.equal((await person.ask(`${n8n}/`)).status, 200);
    });

  for (const [status, what, names] of [
    [500, "a bad one opens nothing", keys(badTokens)],
    [403, "a good one of somebody else opens nothing", keys(strangersTokens)],
  ] as const)
    for (const name of names)
      test(`${what}: ${name}`, async () => {
        impostor.give(name);
        const person = visitor();
        const answer = await person.signIn(`${chat}/channels/town`, allowed);
        assert.equal(answer.status, status);
        assert.equal(person.cookieIn(answer.headers, cookieName), "");
        assert.equal((await person.ask(`${chat}/`)).status, 302);
      });

  test("at a renewal a bad one renews nothing, and one of somebody else ends the session", async () => {
    const [settings, kept] = ["/etc/oauth2-proxy/oauth2-proxy.cfg", "/run/oauth2-proxy.cfg"];
    const restart = async () => {
      await told(platform.inside("erp", "systemctl", "restart", "oauth2-proxy.service"));
      await signInIsThere();
    };
    const everySecond = 's/^cookie_refresh = .*/cookie_refresh = "1s"/';
    await told(platform.inside("erp", "cp", settings, kept));
    try {
      await told(platform.inside("erp", "sed", "-i", everySecond, settings));
      await restart();
      const person = visitor();
      impostor.give("as Google makes them");
      await person.signIn(`${chat}/`, allowed);
      /** What a page answers when the session has been taken to Google once more. */
      const atRenewal = async (name: Parameters<GoogleImpostor["give"]>[0]) => {
        impostor.give(name);
        const given = impostor.genuine.length;
        let answer = await person.ask(`${n8n}/`);
        const isAsked = async () => {
          if (impostor.genuine.length > given) return true;
          answer = await person.ask(`${n8n}/`);
          return false;
        };
        await waitFor(isAsked, "a renewal");
        return { status: answer.status, isRenewed: person.cookieIn(answer.headers, cookieName) !== "" };
      };
      assert.deepEqual(await atRenewal("as Google makes them"), { status: 200, isRenewed: true });
      const bad = "signed with another key under the published one's name";
      assert.deepEqual(await atRenewal(bad), { status: 200, isRenewed: false });
      assert.equal((await atRenewal("of a domain below ours")).status, 302);
      assert.equal((await person.ask(`${chat}/`)).status, 302, "closed for good");
    } finally {
      await told(platform.inside("erp", "cp", kept, settings));
      await restart();
    }
  });

  test("a good one opens nothing outside of a sign-in, whoever shows it and however", async () => {
    impostor.give("as Google makes them");
    assert.equal((await visitor().signIn(`${chat}/`, allowed)).status, 302);
    const token = impostor.genuine.at(-1) ?? assert.fail("Google gave none");
    assert.equal(claimsOf(token).email, allowed);
    for (const header of [
      `Authorization: Bearer ${token}`,
      `X-Forwarded-Access-Token: ${token}`,
      `X-Auth-Request-Access-Token: ${token}`,
      `X-Goog-IAP-JWT-Assertion: ${token}`,
      `Cookie: ${cookieName}=${token}`,
    ]) {
      const { status } = await visitor().ask(`${n8n}/`, "--header", header, "--header", "Accept: */*");
      assert.equal(status, 401, header.split(" ")[0]);
    }
    for (const name of ["id_token", "access_token", "code"]) {
      const { status } = await visitor().ask(`${chat}/oauth2/callback?state=a:/&${name}=${token}`);
      assert.equal(status, 403, name);
    }
  });
});

function keys<Name extends string>(named: Readonly<Record<Name, unknown>>): Name[] {
  return Object.keys(named) as Name[];
}
