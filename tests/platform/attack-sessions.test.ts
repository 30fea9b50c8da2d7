import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { waitFor } from "../support/wait-for.ts";
import { openCookie, type SealedCookie, sealCookie, writeCookie } from "./sealed-cookie.ts";
import { type Answer, SignOn } from "./sign-on.ts";
import { Platform, skip, told } from "./support.ts";

const chat = "https://chat.insightpulseai.net";
const n8n = "https://n8n.insightpulseai.net";
const allowed = "allowed@insightpulseai.com";
const cookieName = "__Secure-sign_on_prod";

describe("who wants another's session at the sign-on proxy, or one without signing in", {
  skip,
  concurrency: false,
}, () => {
  let platform: Platform;
  before(async () => {
    platform = await Platform.shared();
  });
  after(() => platform?.close());

  const visitor = () => new SignOn(platform);
  /** What a page answers to somebody with these cookies and no others. */
  const asked = (url: string, cookies: string) => visitor().ask(url, "--header", `Cookie: ${cookies}`);

  function assertRefused({ status, headers }: Answer, expected: number): void {
    assert.equal(status, expected);
    assert.equal(visitor().cookieIn(headers, cookieName), "", "a session all the same");
  }

  describe("with an answer of Google's", () => {
    /** Somebody who has consented and is on the way back, where the answer can be looked at and changed. */
    async function onTheWayBack(): Promise<{ person: SignOn; answer: URL; beginning: string }> {
      const person = visitor();
      const answer = new URL(await person.answerOfGoogle(`${chat}/channels/town`, allowed));
      return { person, answer, beginning: person.cookieHeader };
    }

    test("that is his own he is let in; that answer again opens nothing, and ends nothing", async () => {
      const { person, answer } = await onTheWayBack();
      assert.deepEqual((await person.ask(answer.href)).location, "/channels/town");
      assertRefused(await person.ask(answer.href), 403);
      assert.equal((await person.ask(`${chat}/`)).status, 200);
    });

    test("that is opened again by who has signed in: his session is in no log", async () => {
      const { person, answer } = await onTheWayBack();
      const since = await told(platform.inside("erp", "date", "+@%s"));
      await person.ask(answer.href);
      const session = openCookie(person.cookieHeader);
      assertRefused(await person.ask(answer.href, "--header", "Cookie: MMAUTHTOKEN=of-a-service"), 403);
      const words = ["journalctl", "--unit=oauth2-proxy", `--since=${since}`, "--output=cat"];
      const journal = async () => told(platform.inside("erp", ...words));
      await waitFor(async () => (await journal()).includes("unable to obtain CSRF cookie"), "the journal");
      for (const [what, text] of Object.entries({ session: session.content, service: "of-a-service" }))
        assert.ok(!(await journal()).includes(text), `the cookie of the ${what}`);
    });

    test("that was seen on the way, with the beginning of the sign-in besides: its code was good once", async () => {
      const { person, answer, beginning } = await onTheWayBack();
      assert.match(beginning, /_csrf=/);
      assert.equal((await person.ask(answer.href)).status, 302);
      assertRefused(await asked(answer.href, beginning), 500);
    });

    test("and that beginning itself is no session", async () => {
      const { person, answer, beginning } = await onTheWayBack();
      const { name, content, time, seal } = openCookie(beginning);
      const asSession = { content, time, seal, name: cookieName };
      // The signature is over name and content without a border between them.
      const shifted = { ...asSession, content: `${name.slice(cookieName.length)}${content}` };
      for (const forged of [asSession, shifted])
        assert.equal((await asked(`${chat}/`, writeCookie(forged))).status, 302);
      assert.equal((await person.ask(answer.href)).status, 302, "the beginning was good for what it is for");
    });

    for (const [what, edit] of [
      [
        "from its first letter on",
        (state: string) => `${state.startsWith("A") ? "B" : "A"}${state.slice(1)}`,
      ],
      // The cookie is found by the first eight letters.
      ["behind what the cookie is found by", (state: string) => state.replace(/^(.{8}).{4}/, "$1AAAA")],
      ["to none at all", () => ""],
    ] as const)
      test(`with its state changed ${what}`, async () => {
        const { person, answer } = await onTheWayBack();
        answer.searchParams.set("state", edit(answer.searchParams.get("state") ?? ""));
        assertRefused(await person.ask(answer.href), answer.searchParams.get("state") === "" ? 500 : 403);
      });

    for (const target of ["https://example.org/", "//example.org/", "/\\example.org/"])
      test(`that is to lead him to ${target} afterwards: he is let in, and led nowhere else`, async () => {
        const { person, answer } = await onTheWayBack();
        const [nonce] = (answer.searchParams.get("state") ?? "").split(":");
        answer.searchParams.set("state", `${nonce}:${target}`);
        const { status, location } = await person.ask(answer.href);
        assert.deepEqual([status, location], [302, "/"]);
      });

    test("whose code is another's: it is tied to the browser that asked for it", async () => {
      const [his, another] = [await onTheWayBack(), await onTheWayBack()];
      const { answer, person } = his;
      const own = answer.searchParams.get("code") ?? "";
      answer.searchParams.set("code", another.answer.searchParams.get("code") ?? "");
      assertRefused(await person.ask(answer.href), 500);
      answer.searchParams.set("code", own);
      assert.equal((await person.ask(answer.href)).status, 302, "his own beginning is still good");
    });

    test("that was made out to another name of ours", async () => {
      const { person, answer } = await onTheWayBack();
      const elsewhere = new URL(answer);
      elsewhere.host = new URL(n8n).host;
      assertRefused(await person.ask(elsewhere.href), 500);
    });

    for (const [what, edit] of [
      [
        "whose beginning was tampered with",
        (cookie) => ({ ...cookie, content: otherLetter(cookie.content) }),
      ],
      ["whose beginning was made to look younger", (cookie) => ({ ...cookie, time: cookie.time + 60 })],
      ["whose beginning is another environment's", (cookie) => sealCookie(cookie, "0".repeat(43))],
    ] as const satisfies readonly (readonly [string, (cookie: SealedCookie) => SealedCookie])[])
      test(what, async () => {
        const { person, answer, beginning } = await onTheWayBack();
        assertRefused(await asked(answer.href, writeCookie(edit(openCookie(beginning)))), 403);
        assert.equal((await person.ask(answer.href)).status, 302);
      });
  });

  describe("with a cookie", () => {
    let session: SealedCookie;
    let another: SealedCookie;
    let key: string;
    const sessionOf = async (): Promise<SealedCookie> => {
      const person = visitor();
      assert.equal((await person.signIn(`${chat}/`, allowed)).status, 302);
      return openCookie(person.cookieHeader);
    };
    before(async () => {
      [session, another] = [await sessionOf(), await sessionOf()];
      const file = "/etc/insightpulse/secrets/oauth2-proxy.env";
      const words = ["sed", "-n", "s/^OAUTH2_PROXY_COOKIE_SECRET=//p", file];
      key = await told(platform.inside("erp", ...words));
    });

    /** The same session as if it had been made some seconds ago. */
    const aged = (seconds: number, by = key) =>
      sealCookie({ ...session, time: Math.floor(Date.now() / 1000) - seconds }, by);
    const half = (text: string) => text.slice(0, Math.floor(text.length / 2));

    for (const [what, cookies] of [
      ["his own", () => writeCookie(session)],
      ["fifty minutes old", () => writeCookie(aged(50 * 60))],
      ["in two parts, as large ones are sent", () => inParts(session, [0, 1])],
      ["in front of another one of the same name", () => `${writeCookie(session)}; ${cookieName}=planted`],
    ] as const)
      test(`${what}: let in`, async () => {
        assert.equal((await asked(`${chat}/`, cookies())).status, 200);
      });

    for (const [what, cookies] of [
      ["an hour and a minute old", () => writeCookie(aged(61 * 60))],
      ["from tomorrow", () => writeCookie(aged(-86_400))],
      [
        "with a later time than it was signed with",
        () => writeCookie({ ...session, time: session.time + 60 }),
      ],
      [
        "signed with another key, as another environment's is",
        () => writeCookie(aged(0, key.split("").reverse().join(""))),
      ],
      ["signed with no key", () => writeCookie(aged(0, ""))],
      ["without a signature", () => `${cookieName}=${session.content}|${session.time}`],
      ["with an empty signature", () => writeCookie({ ...session, seal: "" })],
      [
        "with one letter of its signature changed",
        () => writeCookie({ ...session, seal: otherLetter(session.seal) }),
      ],
      [
        "with one letter of its content changed",
        () => writeCookie({ ...session, content: otherLetter(session.content) }),
      ],
      ["with another session's content", () => writeCookie({ ...session, content: another.content })],
      ["cut in half", () => half(writeCookie(session))],
      [
        "with half its content, signed anew by who has no key",
        () => writeCookie(sealCookie({ ...session, content: half(session.content) }, "guessed")),
      ],
      [
        "with nothing in it, and a right signature",
        () => writeCookie(sealCookie({ ...session, content: "" }, key)),
      ],
      [
        "with what nobody encrypted, and a right signature",
        () => writeCookie(sealCookie({ ...session, content: "YWxsb3dlZEBpbnNpZ2h0cHVsc2VhaS5jb20=" }, key)),
      ],
      ["under staging's name", () => writeCookie({ ...session, name: "__Secure-sign_on_staging" })],
      [
        "that was signed for staging's name",
        () =>
          writeCookie({
            ...sealCookie({ ...session, name: "__Secure-sign_on_staging" }, key),
            name: cookieName,
          }),
      ],
      ["under its name without the prefix", () => writeCookie({ ...session, name: "sign_on_prod" })],
      ["under its name in small letters", () => writeCookie({ ...session, name: cookieName.toLowerCase() })],
      ["in two parts, the last one first", () => inParts(session, [1, 0])],
      [
        "behind another one of the same name, as a subdomain can plant it",
        () => `${cookieName}=planted; ${writeCookie(session)}`,
      ],
    ] as const)
      test(`${what}: kept out`, async () => {
        const answer = await asked(`${chat}/`, cookies());
        assertRefused(answer, 302);
        assert.match(answer.location, /^https:\/\/accounts\.google\.com\//);
      });

    test("of several thousand letters: kept out, and the next one is let in", async () => {
      assertRefused(await asked(`${chat}/`, `${cookieName}=${"A".repeat(7000)}|1|A`), 302);
      assert.equal((await asked(`${chat}/`, writeCookie(session))).status, 200);
    });

    test("that was planted before he signs in: the session he gets is another one", async () => {
      const person = visitor();
      person.plant("insightpulseai.net", writeCookie(another));
      const { headers } = await person.signIn(`${chat}/oauth2/start`, allowed);
      const given = person.cookieIn(headers, cookieName).split("; ")[0] ?? "";
      assert.notEqual(openCookie(given).content, another.content);
      assert.ok(person.cookieHeader === given, "the planted one is still there");
      assert.equal((await person.ask(`${chat}/`)).status, 200);
    });
  });
});

/** A text with another letter in its middle. */
function otherLetter(text: string): string {
  const middle = Math.floor(text.length / 2);
  return `${text.slice(0, middle)}${text[middle] === "A" ? "B" : "A"}${text.slice(middle + 1)}`;
}

/** A cookie as the sign-on proxy writes one that is too large for a browser, in this order. */
function inParts(cookie: SealedCookie, order: readonly [0 | 1, 0 | 1]): string {
  const value = writeCookie(cookie).slice(cookie.name.length + 1);
  const middle = Math.floor(value.length / 2);
  const parts = [value.slice(0, middle), value.slice(middle)];
  return order.map((from, to) => `${cookie.name}_${to}=${parts[from]}`).join("; ");
}
