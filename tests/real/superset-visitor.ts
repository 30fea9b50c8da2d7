import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import type { RealSuperset } from "./real-superset.ts";

/** What was answered. */
export interface Answer {
  readonly status: number;
  readonly location: string;
  readonly body: string;
}

/** Somebody with a browser of his own, who signs in with Google. */
export class SupersetVisitor {
  readonly #superset: RealSuperset;
  readonly #cookies: string;

  constructor(superset: RealSuperset) {
    this.#superset = superset;
    this.#cookies = join(mkdtempSync(join(superset.internet.folder, "visitor-")), "cookies");
  }

  /** Asks for a page of Superset or another site. Other words are curl's. */
  async ask(url: string, ...words: string[]): Promise<Answer> {
    const jar = ["--cookie", this.#cookies, "--cookie-jar", this.#cookies];
    const write = ["--write-out", "\n%{http_code} %{redirect_url}"];
    const page = new URL(url, `https://${this.#superset.host}/`).href;
    const { failed, stdout, stderr } = await this.#superset.curl(...jar, ...write, ...words, page);
    assert.ok(!failed, stderr);
    const at = stdout.lastIndexOf("\n");
    const [status = "", location = ""] = stdout.slice(at + 1).split(" ");
    return { status: Number(status), location, body: stdout.slice(0, at) };
  }

  /** An answer of Superset's API. */
  async api(path: string, ...words: string[]) {
    const { status, body } = await this.ask(`/api/v1/${path}`, ...words);
    assert.equal(status, 200, `${path}: ${body}`);
    return JSON.parse(body);
  }

  /** Signs in with an account, and returns what Superset made of Google's answer. */
  async signIn(account: string): Promise<Answer> {
    let page = (await this.ask("/login/google")).location;
    assert.match(page, /^https:\/\/accounts\.google\.com\//);
    for (const field of [`account=${account}`, "consent=allow"]) {
      page = await this.#follow(page);
      page = await this.#follow((await this.ask(page, "--data-urlencode", field)).location);
    }
    return this.ask(page);
  }

  /** Goes on as long as Google leads on within itself, and returns the page, or the address it leads away to. */
  async #follow(from: string): Promise<string> {
    let page = from;
    for (let step = 0; step < 5 && new URL(page).host === "accounts.google.com"; step += 1) {
      const { location } = await this.ask(page);
      if (location === "") break;
      page = location;
    }
    return page;
  }
}
