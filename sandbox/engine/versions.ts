import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** Oldest engine found on PATH that is taken; `requiredPulumiVersion` in Pulumi.yaml asks for the same. */
export const oldestEngine = "3.259.0";

/** The S3 server that stands for Spaces. */
export const objectStorage = {
  package: "github.com/versity/versitygw/cmd/versitygw",
  version: "1.8.0",
} as const;

/** Go modules in this folder, whose go.mod and go.sum pin what is built. */
export const modules = {
  engine: {
    folder: join(import.meta.dirname, "modules/engine"),
    requires: "github.com/pulumi/pulumi/pkg/v3",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  },
  languageHost: {
    folder: join(import.meta.dirname, "modules/language-host"),
    requires: "github.com/pulumi/pulumi/sdk/v3",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  },
} as const;

/** One of the Go modules in this folder. */
export type GoModule = (typeof modules)[keyof typeof modules];

/** The version of what a Go module exists to build, without the leading v: its go.mod is the one place that says it. */
export function pinnedVersion({ folder, requires }: GoModule): string {
  const line = readFileSync(join(folder, "go.mod"), "utf8")
    .split("\n")
    .map((text) =>
      text
        .trim()
        .replace(/^require /, "")
        .split(" "),
    )
    .find(([name]) => name === requires);
  if (!line?.[1]) throw new Error(`${folder}/go.mod does not require ${requires}`);
  return line[1].replace(/^v/, "");
}

/** The engine to download: the version that was released together with the SDK the program uses. */
export function downloadVersion(projectRoot: string): string {
  const text = readFileSync(join(projectRoot, "node_modules/@pulumi/pulumi/package.json"), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version.replace(/^v/, "");
}

/** Whether version `actual` is `minimum` or newer; an unreadable one is not. */
export function isAtLeast(actual: string, minimum: string): boolean {
  const have = numbers(actual);
  const want = numbers(minimum);
  if (!have || !want) return false;
  const difference = have.map((part, index) => part - (want[index] ?? 0)).find((part) => part !== 0);
  return (difference ?? 0) >= 0;
}

function numbers(version: string): number[] | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version.trim());
  return match?.slice(1).map(Number);
}
