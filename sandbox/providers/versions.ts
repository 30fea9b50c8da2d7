import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** The version of the SDK package that a stand-in serves: a program only takes a provider of that version. */
export function sdkVersion(name: string): string {
  const { version } = require(`@pulumi/${name}/package.json`) as { version: string };
  return version.replace(/^v/, "");
}
