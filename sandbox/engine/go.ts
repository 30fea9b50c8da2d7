import { join } from "node:path";
import { execa } from "execa";
import { Failure } from "./failure.ts";
import { runLong } from "./run.ts";
import type { Report } from "./tool.ts";
import { type GoModule, objectStorage } from "./versions.ts";

/** Fails with what to install when there is no Go to build with. */
export async function requireGo(what: string): Promise<void> {
  const result = await execa("go", ["version"], { reject: false });
  if (!result.failed) return;
  throw new Failure(
    `${what} is neither on PATH nor in the cache, could not be downloaded, and cannot be built: no Go compiler on PATH`,
    "install Go 1.25 or newer (https://go.dev/doc/install), or the program itself, and run the command again",
  );
}

/** What every build needs to know. */
export interface BuildOptions {
  readonly cache: string;
  readonly report: Report;
}

/** Builds one of the modules pinned in this repository into the file `output`. */
export async function buildModule(
  module: GoModule,
  output: string,
  linkerFlags: string,
  { cache, report }: BuildOptions,
): Promise<void> {
  await runLong({
    command: "go",
    // -v names each package as its turn comes: the only progress go offers.
    arguments: ["build", "-v", "-o", output, "-ldflags", linkerFlags, module.package],
    folder: module.folder,
    variables: { GOWORK: "off" },
    cache,
    report,
  });
}

/** Builds the S3 server into `folder`, from its own pinned dependencies. */
export async function buildObjectStorage(folder: string, { cache, report }: BuildOptions): Promise<void> {
  await runLong({
    command: "go",
    arguments: ["install", "-v", "-ldflags", "-s -w", `${objectStorage.package}@v${objectStorage.version}`],
    folder,
    variables: { GOBIN: join(folder, "bin"), GOWORK: "off" },
    cache,
    report,
  });
}
