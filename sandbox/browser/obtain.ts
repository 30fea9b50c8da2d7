import type { ObtainOptions } from "../engine/engine.ts";
import { obtainDebianRoot } from "../machines/debian-root.ts";
import { installHostPackages } from "../machines/host-packages.ts";

/**
 * A Debian root with Chromium in it, from the user's cache; installed first where there is none, which takes a minute and
 * 800 MB. A root of its own, since not every distribution has it as a package. Needs root.
 */
export async function obtainBrowserRoot({
  cache,
  report,
}: Pick<ObtainOptions, "cache" | "report">): Promise<string> {
  const root = {
    part: "browser",
    // The browser, what lets it trust an authority, and one font to write with.
    packages: ["chromium", "libnss3-tools", "ca-certificates", "fonts-dejavu-core"],
    options: ["--variant=apt"],
    prepare: () => installHostPackages(cache, report),
  };
  return (await obtainDebianRoot(root, cache, (line) => report(`installing a browser: ${line}`))).folder;
}
