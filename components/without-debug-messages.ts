/**
 * Imported first, for what it does: keeps the SDK's debugging messages to itself.
 *
 * For each resource the SDK tells the engine five times how far it is, a message each, which the engine throws away unless it
 * was started with `--debug`: a fifth of a preview. INSIGHTPULSE_SDK_MESSAGES=true lets them through, for
 * `pulumi preview --debug`.
 */
import { createRequire } from "node:module";

const require = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));

if (process.env.INSIGHTPULSE_SDK_MESSAGES !== "true") {
  Object.assign(require("@pulumi/pulumi/log"), { debug: () => Promise.resolve() });
}
