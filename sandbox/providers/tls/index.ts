import type { Provider } from "../framework/resource.ts";
import { sdkVersion } from "../versions.ts";
import { privateKey } from "./private-key.ts";

/** The stand-in for the TLS provider. */
export const tls: Provider<void> = {
  name: "tls",
  version: sdkVersion("tls"),
  configure: () => undefined,
  resources: [privateKey],
  lookups: [],
};
