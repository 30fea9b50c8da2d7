import { execa } from "execa";
import { runLong } from "../engine/run.ts";
import type { Report } from "../engine/tool.ts";

/** What this computer itself must have for machines to boot, and for apps' images to be fetched, unpacked and run. */
const packages = [
  ...["mmdebstrap", "systemd-container", "nftables", "iproute2", "debian-archive-keyring"],
  ...["skopeo", "umoci", "crun"],
];

/** Installs what machines need and is missing here, and says which packages that were. */
export function installHostPackages(cache: string, report: Report): Promise<string[]> {
  return installPackages(packages, cache, report);
}

/** Installs the packages that are missing here, and says which they were. */
export async function installPackages(
  names: readonly string[],
  cache: string,
  report: Report,
): Promise<string[]> {
  const missing = await missingPackages(names);
  if (missing.length === 0) return [];
  const apt = (...words: string[]) =>
    runLong({
      command: "apt-get",
      arguments: words,
      variables: { DEBIAN_FRONTEND: "noninteractive" },
      cache,
      report: (line) => report(`installing ${missing.join(", ")}: ${line}`),
    });
  await apt("update");
  await apt("install", "--yes", "--no-install-recommends", ...missing);
  return missing;
}

async function missingPackages(names: readonly string[]): Promise<string[]> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are dpkg's
  const format = ["--showformat", "${Package} ${db:Status-Status}\\n"];
  const { stdout } = await execa("dpkg-query", ["--show", ...format, ...names], { reject: false });
  const installed = new Set(stdout.split("\n").filter((line) => line.endsWith(" installed")));
  return names.filter((name) => !installed.has(`${name} installed`));
}
