import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Person, PlatformBrowser } from "./browser.ts";
import { Platform, skip } from "./support.ts";

const chat = "https://chat.insightpulseai.net";
const n8n = "https://n8n.insightpulseai.net";
const allowed = "allowed@insightpulseai.com";

describe("sign-on in a real browser", { skip, concurrency: false, timeout: 20 * 60_000 }, () => {
  let platform: Platform;
  let browser: PlatformBrowser;
  before(async () => {
    platform = await Platform.shared();
    browser = await PlatformBrowser.start(platform);
  });
  after(async () => {
    try {
      await browser?.close();
    } finally {
      await platform?.close();
    }
  });

  const session = async (person: Person) =>
    (await person.context.cookies()).find(({ name }) => name === "__Secure-sign_on_prod");

  test("one sign-in opens both services, one sign-out closes both", async () => {
    const person = await browser.newPerson();
    await person.open(`${chat}/channels/town`);
    assert.match(person.place(), /^accounts\.google\.com\/signin\//);
    await person.picture("1-google-asks-which-account");
    await person.choose(allowed);
    await person.picture("2-google-asks-for-consent");
    await person.consent();
    assert.equal(person.place(), "chat.insightpulseai.net/channels/town");
    assert.match(await person.text(), /Mattermost/);
    await person.picture("3-signed-in-at-chat");

    const cookie = (await session(person)) ?? assert.fail("there is no session");
    const { domain, path, secure, httpOnly, sameSite } = cookie;
    assert.deepEqual(
      { domain, path, secure, httpOnly, sameSite },
      { domain: ".insightpulseai.net", path: "/", secure: true, httpOnly: true, sameSite: "Lax" },
    );
    const left = cookie.expires - Date.now() / 1000;
    assert.ok(left > 3500 && left <= 3600, `${left} s`);

    // Nobody is asked anything: the page is there at once.
    assert.equal(await person.open(`${n8n}/`), 200);
    assert.equal(person.place(), "n8n.insightpulseai.net/");
    assert.match(await person.text(), /n8n/);
    await person.picture("4-n8n-without-another-sign-in");

    await person.open(`${n8n}/oauth2/sign_out`);
    assert.equal(person.place(), "n8n.insightpulseai.net/oauth2/signed-out");
    assert.match(await person.text(), /You are signed out/);
    await person.picture("5-signed-out");
    assert.equal(await session(person), undefined);
    for (const url of [chat, n8n]) {
      await person.open(`${url}/`);
      assert.match(person.place(), /^accounts\.google\.com\/signin\//, `${url} is still open`);
    }
    await person.picture("6-closed-again");
  });

  test("whoever follows a link from another site is still signed in", async () => {
    const person = await browser.newPerson();
    await person.open(`${chat}/`);
    await person.choose(allowed);
    await person.consent();
    await person.open("https://accounts.google.com/.well-known/openid-configuration");
    await person.page.setContent(`<a href="${n8n}/workflows">a workflow</a>`);
    await person.page.getByRole("link").click();
    await person.page.waitForURL(`${n8n}/workflows`);
    assert.match(await person.text(), /n8n/);
  });

  test("an account on no list is refused, in a page that says so and leads on", async () => {
    const person = await browser.newPerson();
    await person.open(`${n8n}/`);
    await person.choose("outside@example.org");
    await person.consent();
    assert.equal(person.place(), "n8n.insightpulseai.net/oauth2/callback");
    assert.match(await person.text(), /This account may not come in/);
    await person.picture("7-refused");
    await person.page.getByRole("link", { name: "Sign in with another account" }).click();
    await person.choose(allowed);
    await person.consent();
    assert.equal(person.place(), "n8n.insightpulseai.net/");
  });

  test("an account whose address is not verified is refused too", async () => {
    const person = await browser.newPerson();
    await person.open(`${chat}/`);
    await person.choose("unverified@insightpulseai.com");
    await person.consent();
    assert.match(await person.text(), /Google did not vouch for this account/);
    await person.picture("8-not-verified");
    assert.equal(await session(person), undefined);
  });

  test("whoever changes his mind at Google is led back, and may try again", async () => {
    const person = await browser.newPerson();
    await person.open(`${chat}/`);
    await person.choose(allowed);
    await person.consent("Cancel");
    assert.match(await person.text(), /The sign-in was not finished/);
    await person.picture("9-not-finished");
  });
});
