import type { Provider } from "../framework/resource.ts";
import { sdkVersion } from "../versions.ts";
import { randomBytes, randomId } from "./bytes.ts";
import { randomPassword, randomString, randomUuid } from "./texts.ts";

/** The stand-in for the random provider. */
export const random: Provider<void> = {
  name: "random",
  version: sdkVersion("random"),
  configure: () => undefined,
  resources: [randomBytes, randomId, randomPassword, randomString, randomUuid],
  lookups: [],
};
