import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withImpostor } from "./impostor.ts";
import { type Platform, told } from "./support.ts";

/** What a web server answered. */
export interface Answer {
  readonly status: number;
  readonly location: string;
  /** As they came. */
  readonly headers: string;
  readonly body: string;
}

/** Somebody who signs in by curl, with cookies of his own: every step of a sign-in can be seen, and left out. */
export class SignOn {
  readonly #platform: Platform;
  readonly #cookies: string;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#cookies = join(mkdtempSync(join(platform.folder, "visitor-")), "cookies");
  }

  /** Words of curl that ask as this person, session and all. */
  get session(): readonly string[] {
    return ["--cookie", this.#cookies];
  }

  /** The same session as a Cookie header, for who is not curl. */
  get cookieHeader(): string {
    const lines = readFileSync(this.#cookies, "utf8").split("\n");
    return lines
      .map((line) => line.split("\t"))
      .flatMap(([, , , , , name = "", value]) => (/^__Secure-sign_on_/.test(name) ? `${name}=${value}` : []))
      .join("; ");
  }

  /** Puts a cookie for every name of a domain into his browser, as a name below it can. */
  plant(domain: string, cookie: string): void {
    const [, name = "", value = ""] = /^([^=]+)=(.*)$/.exec(cookie) ?? [];
    const line = [`.${domain}`, "TRUE", "/", "TRUE", "0", name, value].join("\t");
    writeFileSync(this.#cookies, `# Netscape HTTP Cookie File\n${line}\n`);
  }

  /** Asks for a page, as a browser does that has no answer before the first one. Other words are curl's. */
  async ask(url: string, ...words: string[]): Promise<Answer> {
    const accept = words.some((word) => word.startsWith("Accept:")) ? [] : ["--header", "Accept: text/html"];
    const jar = ["--cookie", this.#cookies, "--cookie-jar", this.#cookies];
    const said = await told(this.#platform.curl("--include", ...jar, ...accept, ...words, url));
    const [headers = "", ...body] = said.split(/\r?\n\r?\n/);
    this.#forgetWhatIsOver(headers);
    const status = Number(/^HTTP\/\S+ (?<status>\d+)/.exec(headers)?.groups?.status);
    const location = /^location: (?<to>\S+)/im.exec(headers)?.groups?.to ?? "";
    return { status, location, headers, body: body.join("\n\n") };
  }

  /**
   * Takes out what the sign-on proxy has ended: curl reads its file again before it writes it, and what was over is there
   * once more.
   */
  #forgetWhatIsOver(headers: string): void {
    const over = [...headers.matchAll(/^set-cookie: (?<name>__Secure-[^=]+)=;/gim)].map(
      ({ groups }) => groups?.name,
    );
    const lines = readFileSync(this.#cookies, "utf8").split("\n");
    const isOver = (line: string) => over.includes(line.split("\t")[5]);
    if (lines.some(isOver)) writeFileSync(this.#cookies, lines.filter((line) => !isOver(line)).join("\n"));
  }

  /** Signs in to what is behind an address, and returns what came of it at the service. */
  async signIn(url: string, account: string): Promise<Answer> {
    return this.ask(await this.answerOfGoogle(url, account));
  }

  /** The address to which Google sends somebody back who has chosen an account and consented. */
  async answerOfGoogle(url: string, account: string): Promise<string> {
    let page = (await this.ask(url)).location;
    assert.match(page, /^https:\/\/accounts\.google\.com\//, `${url} does not lead to Google`);
    for (const field of [`account=${account}`, "consent=allow"]) {
      page = await this.#follow(page);
      const { location } = await this.ask(page, "--data-urlencode", field);
      page = await this.#follow(location);
    }
    return page;
  }

  /** Goes on as long as Google leads on within itself, and returns the address of the page, or the one it leads away to. */
  async #follow(from: string): Promise<string> {
    let page = from;
    for (let step = 0; step < 5; step += 1) {
      if (new URL(page).host !== "accounts.google.com") return page;
      const { location } = await this.ask(page);
      if (location === "") return page;
      page = new URL(location, page).href;
    }
    return assert.fail(`Google leads in circles: ${page}`);
  }

  /** The Set-Cookie header of a cookie; empty when it was not set. */
  cookieIn(headers: string, name: string): string {
    const lines = headers.split(/\r?\n/).map((line) => line.replace(/^set-cookie: /i, ""));
    return lines.find((line) => line.startsWith(`${name}=`) && !line.startsWith(`${name}=;`)) ?? "";
  }

  /** The headers of a request to n8n as they reach the service: for a moment an echo is in its place. */
  async headersAtN8n(...words: string[]): Promise<string> {
    return withImpostor(this.#platform, ["echo.py"], async () => {
      const { status, body } = await this.ask("https://n8n.insightpulseai.net/", ...words);
      assert.equal(status, 200);
      const { headers } = JSON.parse(body) as { headers: [string, string][] };
      return headers.map(([name, value]) => `${name}: ${value}`).join("\n");
    });
  }
}
