import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { makeFolder } from "../engine/files.ts";
import { shellQuote } from "../engine/quote.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import { internetFiles } from "../internet/files.ts";
import { visiting } from "../world/inside.ts";

/**
 * Writes a program that is Chromium on a computer in the sandbox's network: it resolves the sandbox's names, and trusts the
 * sandbox's authorities because they are in its store, as an administrator puts them there. Returns its path.
 *
 * @param root the root with the browser in it
 * @param folder what it keeps; below /tmp, which it shares with who starts it
 */
export async function writeBrowser(
  sandbox: Pick<Sandbox, "state">,
  root: string,
  folder: string,
): Promise<string> {
  const home = makeFolder(join(folder, "home"));
  const inRoot = (command: string) =>
    [
      `for place in dev proc sys tmp; do mount --rbind "/$place" ${shellQuote(root)}/"$place"; done`,
      `mount --bind /etc/resolv.conf ${shellQuote(root)}/etc/resolv.conf`,
      `export HOME=${shellQuote(home)}`,
      `exec chroot ${shellQuote(root)} ${command}`,
    ].join("\n");
  const { trustBundle } = internetFiles(sandbox.state.internet);
  const store = `sql:${home}/.pki/nssdb`;
  const trusting = [
    "set -eu",
    `mkdir -p ${shellQuote(home)}/.pki/nssdb`,
    // One certificate a file: certutil takes no bundles.
    `csplit --quiet --elide-empty-files --prefix=${shellQuote(home)}/authority- ${shellQuote(trustBundle)} '/BEGIN CERTIFICATE/' '{*}'`,
    inRoot(
      `sh -c ${shellQuote(
        [
          `certutil -N --empty-password -d ${store}`,
          `for file in "$HOME"/authority-*; do certutil -A -d ${store} -t C,, -n "$file" -i "$file"; done`,
        ].join(" && "),
      )}`,
    ),
  ].join("\n");
  const [command = "", ...words] = visiting(sandbox, ["sh", "-c", trusting]);
  await execa(command, words);
  const file = join(folder, "chromium");
  const browser = visiting(sandbox, ["sh", "-c", inRoot('chromium "$@"'), "chromium"]);
  writeFileSync(file, `#!/bin/sh\nexec ${browser.map(shellQuote).join(" ")} "$@"\n`);
  chmodSync(file, 0o700);
  return file;
}
