import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { obtainBrowserRoot } from "../../sandbox/browser/obtain.ts";
import { writeBrowser } from "../../sandbox/browser/visit.ts";
import { cacheFolder, statePaths } from "../../sandbox/engine/paths.ts";
import type { Platform } from "./support.ts";

/** Where screenshots are kept; git ignores it. */
const screenshots = resolve(import.meta.dirname, "../../artefacts/screenshots");
const patienceMs = 120_000;

/** A real browser on a computer in the network of a platform. */
export class PlatformBrowser {
  readonly #browser: Browser;
  readonly #folder: string;

  private constructor(browser: Browser, folder: string) {
    this.#browser = browser;
    this.#folder = folder;
  }

  static async start(platform: Platform): Promise<PlatformBrowser> {
    const root = await obtainBrowserRoot({ cache: cacheFolder(), report: () => {} });
    const folder = mkdtempSync("/tmp/browser-");
    try {
      const executablePath = await writeBrowser({ state: statePaths(platform.folder) }, root, folder);
      // Its own sandbox does not start as root, and whose pages it shows is known.
      const words = ["--no-sandbox", "--headless=new", "--disable-gpu", "--disable-dev-shm-usage"];
      const browser = await chromium.launch({ executablePath, args: words, timeout: patienceMs });
      return new PlatformBrowser(browser, folder);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** A browser that knows nobody yet, as on a new computer. */
  async newPerson(): Promise<Person> {
    const context = await this.#browser.newContext();
    context.setDefaultTimeout(patienceMs);
    return new Person(context, await context.newPage());
  }

  async close(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Somebody with a browser of his own. */
export class Person {
  readonly context: BrowserContext;
  readonly page: Page;

  constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
  }

  /** Opens an address and tells the status of what is shown in the end. */
  async open(url: string): Promise<number> {
    const answer = await this.page.goto(url);
    return answer?.status() ?? 0;
  }

  /** Chooses an account at Google. */
  async choose(account: string): Promise<void> {
    await this.page.getByRole("button", { name: account }).click();
  }

  /** Lets the service know who he is, or does not, and is led away from Google. */
  async consent(word: "Continue" | "Cancel" = "Continue"): Promise<void> {
    await this.page.getByRole("button", { name: word }).click();
    // A click is done before what it leads to is there.
    await this.page.waitForURL(({ host }) => host !== "accounts.google.com");
  }

  /** Host and path of what is shown. */
  place(): string {
    const { host, pathname } = new URL(this.page.url());
    return `${host}${pathname}`;
  }

  /** What stands on the page. */
  text(): Promise<string> {
    return this.page.locator("body").innerText();
  }

  /**
   * Keeps a picture of the page, among the artefacts of the tests.
   *
   * @param part `screen`: what is seen without scrolling. `whole`: all of it.
   */
  async picture(name: string, part: "screen" | "whole" = "screen"): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    await this.page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: part === "whole" });
  }
}
